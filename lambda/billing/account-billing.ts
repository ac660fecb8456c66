import { NEVER, type AccountRecord } from '../../lib/domain/account';
import { billingEvents } from '../../lib/domain/billing/account-events';
import type { Fact } from '../../lib/domain/billing/fact';
import type { LinkConflict } from '../../lib/domain/billing/link-conflict';
import {
  livesWithAnotherCustomer,
  projectAccount,
  type AccountProjection,
  type BaseAccess,
} from '../../lib/domain/billing/projection';
import { quotaEffect } from '../../lib/domain/billing/quota-effect';
import { EMPTY_BILLING, reduce, type BillingState } from '../../lib/domain/billing/registers';
import { canonical } from '../../lib/domain/billing/snapshot-order';
import type { BillingTerms } from '../../lib/domain/billing/terms';
import type { AccountEvent, BillingRecord, BillingTable, CustomerKey, StoredBilling } from './billing-table';

/** The account was written by others at each of several attempts; the provider's retry will find it at rest. */
export class BillingContended extends Error {
  override readonly name = 'BillingContended';
}

export interface Preview {
  /** The facts are news. */
  readonly changesState: boolean;
  /** They come to another access. */
  readonly changesAccess: boolean;
  /** Without them: the terms of today come to another access than those of the last write. */
  readonly otherTerms: boolean;
}

/** Attempts at one conditional write; each failure means that another writer got through. */
const MAX_ATTEMPTS = 20;

const NEW_BILLING: BillingRecord = {
  sequence: 0,
  eventSequence: 0,
  state: EMPTY_BILLING,
  customers: [],
};

/**
 * Reads, reduces and writes the billing item of one account, then projects it onto the hot item.
 *
 * ```
 * read -> join facts -> write if sequence is unchanged -> project if billingRev is behind
 *                         | registers, projection and outbox at once
 * ```
 * A crash between the two writes leaves the hot item behind; whoever touches the account next brings it up.
 */
export class AccountBilling {
  constructor(
    private readonly table: BillingTable,
    private readonly terms: BillingTerms,
    private readonly clock: () => number,
  ) {}

  /**
   * @param at provider's time of what the facts were learnt from
   * @returns `undefined` when there is no such account
   * @throws BillingContended
   */
  async apply(account: string, facts: readonly Fact[], at: number): Promise<StoredBilling | undefined> {
    const stored = await this.update(account, at, (record) => ({
      ...record,
      state: reduce(record.state, facts),
    }));
    if (stored !== undefined && typeof stored !== 'string') await this.project(account, stored);
    return stored as StoredBilling | undefined;
  }

  /**
   * What `apply` would change; writes nothing.
   *
   * @returns `undefined` when there is no such account
   */
  async preview(account: string, facts: readonly Fact[]): Promise<Preview | undefined> {
    const before = (await this.table.readBilling(account)) ?? (await this.firstRecord(account));
    if (before === undefined) return undefined;
    const state = reduce(before.state, facts);
    const today = this.projected(before.state, before);
    return {
      changesState: canonical(state) !== canonical(before.state),
      changesAccess: this.projected(state, before) !== today,
      otherTerms: today !== canonical(before.projection ?? null),
    };
  }

  /** Lets a customer pay for the account, unless that would replace one who does. */
  async claim(
    account: string,
    { provider, customer }: CustomerKey,
    livemode: boolean,
    at: number,
  ): Promise<LinkConflict | undefined> {
    const name = `${provider}#${customer}`;
    const result = await this.update(account, at, (record) => {
      if ((record.livemode ?? livemode) !== livemode) return 'other_mode';
      if (record.customers.includes(name)) return record;
      if (livesWithAnotherCustomer(record.state, customer)) return 'live_subscription';
      return { ...record, livemode, customers: [...record.customers, name].sort() };
    });
    if (result === undefined) return 'no_such_account';
    return typeof result === 'string' ? result : undefined;
  }

  private projected(state: BillingState, { base }: BillingRecord): string {
    return canonical(projectAccount(state, this.terms, base) ?? null);
  }

  private async update(
    account: string,
    at: number,
    change: (record: BillingRecord) => BillingRecord | LinkConflict,
  ): Promise<StoredBilling | LinkConflict | undefined> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const stored = await this.table.readBilling(account);
      const before = stored ?? (await this.firstRecord(account));
      if (before === undefined) return undefined;
      const changed = change(before);
      if (typeof changed === 'string') return changed;
      const projection = projectAccount(changed.state, this.terms, changed.base);
      const after: BillingRecord = { ...changed, ...(projection && { projection }) };
      // A repetition writes nothing; only what may have been left undone behind it is done again.
      if (stored !== undefined && isSame(before, after)) return stored;
      const events = eventsOf(account, at, before, projection);
      const next = {
        ...after,
        sequence: before.sequence + 1,
        eventSequence: before.eventSequence + events.length,
      };
      if (await this.table.writeBilling(account, next, events, before.sequence)) {
        return { ...next, outbox: [...(stored?.outbox ?? []), ...events] };
      }
    }
    throw new BillingContended(`billing of account ${account} changed during ${MAX_ATTEMPTS} attempts`);
  }

  /** @returns `undefined` when there is no such account */
  private async firstRecord(account: string): Promise<BillingRecord | undefined> {
    const hot = await this.table.readAccount(account);
    const base = hot && baseOf(hot);
    return hot && { ...NEW_BILLING, ...(base && { base }) };
  }

  private async project(account: string, { projection, sequence }: StoredBilling): Promise<void> {
    if (projection === undefined) return;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const seen = await this.table.readAccount(account);
      if (seen === undefined || (seen.billingRev ?? 0) >= sequence) return;
      const effect = quotaEffect(seen, projection, this.terms.plans, this.clock());
      if (await this.table.projectOnto(seen, projection, effect, sequence)) return;
    }
    throw new BillingContended(`account ${account} changed during ${MAX_ATTEMPTS} attempts`);
  }
}

function isSame(before: BillingRecord, after: BillingRecord): boolean {
  const content = ({ state, projection, customers, livemode }: BillingRecord): string =>
    canonical({ state, projection, customers, livemode });
  return content(before) === content(after);
}

/** Access that ends by itself is not one to return to. */
function baseOf({ plan, accessUntil, lapseReason }: AccountRecord): BaseAccess | undefined {
  return plan !== undefined && accessUntil === NEVER ? { plan, accessUntil, lapseReason } : undefined;
}

function eventsOf(
  account: string,
  at: number,
  { projection: before, eventSequence }: BillingRecord,
  after: AccountProjection | undefined,
): AccountEvent[] {
  if (after === undefined) return [];
  const { plan, standing, accessUntil, lapseReason } = after;
  return billingEvents(before, after).map((type, index) => {
    const sequence = eventSequence + 1 + index;
    return {
      id: `${account}-${sequence}`,
      account,
      sequence,
      type,
      at,
      ...(plan !== undefined && { plan }),
      ...(before?.plan !== undefined && before.plan !== plan && { previousPlan: before.plan }),
      standing,
      accessUntil,
      lapseReason,
    };
  });
}
