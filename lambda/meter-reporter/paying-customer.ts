import type { BillingRecord } from '../billing/billing-table';

/** The best first: a bill that is paid before one that may never be. */
const LIVING = ['active', 'trialing', 'past_due', 'unpaid', 'paused'];

/**
 * The customer on whose bill an account's units come: whose subscription lives, else the last one that is linked.
 *
 * @param provider whose customers are looked at
 */
export function payingCustomer(
  { customers, state }: Pick<BillingRecord, 'customers' | 'state'>,
  provider: string,
): string | undefined {
  const prefix = `${provider}#`;
  const linked = customers
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .filter((customer) => state.customers[customer]?.deleted !== true);
  const owners = LIVING.flatMap((status) =>
    Object.values(state.subscriptions).flatMap(({ latest }) =>
      latest?.snapshot.status === status ? (latest.snapshot.customer ?? []) : [],
    ),
  );
  return owners.find((owner) => linked.includes(owner)) ?? linked.at(-1);
}
