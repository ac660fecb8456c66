import { AccountBilling } from '../../../lambda/billing/account-billing';
import { Billing } from '../../../lambda/billing/billing';
import type { AccountEvent, BillingTable } from '../../../lambda/billing/billing-table';
import { StripeApi } from '../../../lambda/billing/stripe/api';
import { StripeInbox } from '../../../lambda/billing/stripe/inbox';
import { StripeListing } from '../../../lambda/billing/stripe/listing';
import type { Finding } from '../../../lambda/billing-reconciler/finding';
import type { BilledAccounts, ReconcilerPorts } from '../../../lambda/billing-reconciler/ports';
import type { Progress, ProgressStore } from '../../../lambda/billing-reconciler/progress';
import { reconcile, type Summary } from '../../../lambda/billing-reconciler/reconcile';
import { walkOf } from '../../../lambda/billing-reconciler/walks';
import type { BillingTerms } from '../../../lib/domain/billing/terms';
import { DAY } from '../../billing/support/clock';
import { LINK_SECRET } from '../../billing/support/stripe-model';
import type { StripeServer } from '../../billing/support/stripe-server';
import { TERMS } from '../../billing/support/terms';

/** How far a pass has come, in memory. */
export class MemoryProgress implements ProgressStore {
  progress: Progress = { revision: 0 };

  async read(): Promise<Progress> {
    return this.progress;
  }

  async write(progress: Progress): Promise<boolean> {
    if (progress.revision !== this.progress.revision) return false;
    this.progress = { ...progress, revision: progress.revision + 1 };
    return true;
  }
}

export interface WorldOptions {
  readonly table: BillingTable;
  readonly billedAccounts: BilledAccounts;
  readonly stripe: StripeServer;
  readonly terms?: BillingTerms;
  readonly publish?: (events: readonly AccountEvent[]) => Promise<void>;
}

/** Everything that the reconciler works with; Stripe is asked over HTTP. */
export function buildPorts({
  table,
  billedAccounts,
  stripe,
  terms = TERMS,
  publish,
}: WorldOptions): ReconcilerPorts {
  const clock = () => stripe.now;
  const accounts = new AccountBilling(table, terms, clock);
  const options = { apiKey: 'rk_test_of_nobody', endpoint: stripe.endpoint, retries: 0 };
  const source = new StripeApi({ ...options, sleep: async () => undefined });
  const bus = { publish: publish ?? (async () => undefined) };
  const billing = new Billing({ table, accounts, bus, source });
  return {
    table,
    accounts,
    billing,
    inbox: new StripeInbox(billing, [LINK_SECRET], source),
    listing: new StripeListing(options),
    source,
    billedAccounts,
    linkSecrets: [LINK_SECRET],
    testMode: true,
    clock,
  };
}

export interface RunOptions {
  readonly progress?: ProgressStore;
  readonly isLate?: () => boolean;
  /** What happens while a finding is given time to explain itself. */
  readonly sleep?: () => Promise<void>;
  readonly onRepaired?: (finding: Finding) => void;
}

export function run(ports: ReconcilerPorts, options: RunOptions = {}): Promise<Summary> {
  return reconcile({
    progress: options.progress ?? new MemoryProgress(),
    walk: (phase, pass) => walkOf(phase, pass, ports),
    everyMs: DAY,
    clock: ports.clock,
    sleep: options.sleep ?? (async () => undefined),
    isLate: options.isLate ?? (() => false),
    onRepaired: options.onRepaired ?? (() => undefined),
    onFailed: () => undefined,
  });
}
