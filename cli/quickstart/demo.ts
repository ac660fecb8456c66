import type { Access } from '../../lib/domain/access';
import { UNLIMITED_ACCESS } from '../../lib/domain/access';
import type { CatalogueDefinition } from '../../lib/domain/plan';
import { DEMO_ACCOUNTS, type DemoAccount } from '../../lib/quick-start/demo-accounts';

/** The parts that demo accounts play, by the ids that the stack knows them under. */
const ROLES = {
  active: 'demoactive',
  paymentFailed: 'demopastdue',
  trialEnded: 'demotrial',
  neverSubscribed: 'demonone',
  smallQuota: 'demosmall',
  tooFast: 'demofast',
} as const;

export type DemoRole = keyof typeof ROLES;

/** The demo as the CLI shows it. */
export interface Demo {
  readonly accounts: Readonly<Record<DemoRole, DemoAccount>>;
  /** Path of the paid method, below the stage. */
  readonly path: string;
  /** Units in a period of the small plan. */
  readonly smallQuota: number;
}

const DAY_MS = 86_400_000;

/** The demo of the deployed offer. */
export function demoOf(offer: CatalogueDefinition): Demo {
  const accounts = Object.fromEntries(
    Object.entries(ROLES).map(([role, id]) => [role, mustFind(DEMO_ACCOUNTS, id)]),
  ) as Record<DemoRole, DemoAccount>;
  const { quota } = mustFind(offer.plans, accounts.smallQuota.plan ?? '');
  return { accounts, path: 'hello', smallQuota: quota?.limit ?? 0 };
}

/** Access that the account starts with; a lapse lies a day back. */
export function demoAccess({ plan, lapsed }: DemoAccount, now: number): Access {
  if (plan === undefined) return { accessUntil: 0, lapseReason: 'no_subscription' };
  return lapsed === undefined ? UNLIMITED_ACCESS : { accessUntil: now - DAY_MS, lapseReason: lapsed };
}

function mustFind<T extends { readonly id: string }>(all: readonly T[], id: string): T {
  const found = all.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`'${id}' is not part of the quick start`);
  return found;
}
