import type { Fact } from '../../lib/domain/billing/fact';
import type { ReconcilerPorts } from './ports';

/** What Stripe says of a subscription now; nothing when it knows of none. */
export function fetched({ source }: ReconcilerPorts, subscription: string): Promise<readonly Fact[]> {
  return source.fetch({ subscription, after: 0 });
}

/** Stores, projects and publishes, as for an event. */
export async function applied(
  { billing, clock }: ReconcilerPorts,
  account: string,
  facts: readonly Fact[],
): Promise<boolean> {
  const receipt = await billing.receive({
    id: `reconciled/${account}`,
    at: clock(),
    subject: { kind: 'account', account },
    facts,
  });
  return receipt.kind === 'applied' && receipt.unpublished === undefined;
}
