import type { Fact } from '../../lib/domain/billing/fact';
import { isTerminal } from '../../lib/domain/billing/snapshot-order';
import type { StoredBilling } from '../billing/billing-table';
import { applied, fetched } from './apply';
import type { Cause, Finding, Unit, Walk } from './finding';
import type { ReconcilerPorts } from './ports';

/** Looks at each account that has paid: does Stripe still know of the subscriptions that we count on? */
export function accountWalk(ports: ReconcilerPorts): Walk {
  return async function* walk(after) {
    for await (const account of ports.billedAccounts.list(after)) yield unit(ports, account);
  };
}

function unit(ports: ReconcilerPorts, account: string): Unit {
  return {
    id: account,
    async check() {
      const stored = await ports.table.readBilling(account);
      if (stored === undefined) return undefined;
      const facts = await factsOf(ports, stored);
      if (!(await changes(ports, account, facts))) return unfinished(ports, account, stored);
      return {
        account,
        cause: 'missed',
        source: account,
        async repair() {
          const now = await factsOf(ports, stored);
          return (await changes(ports, account, now)) && applied(ports, account, now);
        },
      };
    },
  };
}

/**
 * Of all subscriptions together: what one of them comes to depends on the others. Of one that Stripe does not know there
 * are none, as it was bought at another Stripe account: that ends nobody's access.
 */
async function factsOf(ports: ReconcilerPorts, stored: StoredBilling): Promise<readonly Fact[]> {
  const facts: Fact[] = [];
  for (const subscription of openAtStripe(stored, ports.clock()))
    facts.push(...(await fetched(ports, subscription)));
  return facts;
}

async function changes(
  { accounts }: ReconcilerPorts,
  account: string,
  facts: readonly Fact[],
): Promise<boolean> {
  return (await accounts.preview(account, facts))?.changesAccess === true;
}

/** Canceled and expired ones never live again; for a while, a payment that was made before may still be missing. */
const ENDED_LATELY_MS = 30 * 86_400_000;

/** Of which Stripe may know more than we do. What Standard Webhooks tell of names no customer. */
function openAtStripe({ state }: StoredBilling, now: number): readonly string[] {
  return Object.entries(state.subscriptions)
    .filter(([, { latest }]) => {
      if (latest === undefined) return true;
      const { at, snapshot } = latest;
      if (snapshot.customer === undefined) return false;
      return !isTerminal(snapshot.status) || (snapshot.endedAt ?? at) > now - ENDED_LATELY_MS;
    })
    .map(([id]) => id);
}

/** What needs no provider: a change that was stored and got no further, and terms that were changed since. */
async function unfinished(
  ports: ReconcilerPorts,
  account: string,
  stored: StoredBilling,
): Promise<Finding | undefined> {
  const cause = await whatIsLeft(ports, account, stored);
  return (
    cause && {
      account,
      cause,
      source: account,
      async repair() {
        const now = await ports.table.readBilling(account);
        if (now === undefined || (await whatIsLeft(ports, account, now)) === undefined) return false;
        return applied(ports, account, []);
      },
    }
  );
}

async function whatIsLeft(
  { table, accounts }: ReconcilerPorts,
  account: string,
  { projection, sequence, outbox }: StoredBilling,
): Promise<Cause | undefined> {
  const hot = await table.readAccount(account);
  if (hot === undefined) return undefined;
  if (projection !== undefined && (hot.billingRev ?? 0) < sequence) return 'not-projected';
  if ((await accounts.preview(account, []))?.otherTerms === true) return 'other-terms';
  return outbox.length > 0 ? 'not-published' : undefined;
}
