import { reference, text } from '../billing/json';
import type { Receipt } from '../billing';
import { linkedAccount } from '../billing/stripe/link-claim';
import { linkMessage } from '../billing/stripe/translate';
import type { SessionLook } from './stripe-sales';
import type { OpenTill } from './till';

export type Settlement =
  | Receipt
  /** Of the other mode, without a customer, or not signed by a secret that is believed. */
  | { readonly kind: 'not-ours' };

/**
 * Takes a complete session to billing, as its event does: the link, and the facts of its subscription, fetched. Which
 * of the two comes first, and how often, makes no difference.
 */
export async function settleSession(
  { session, at }: SessionLook,
  { billing, api }: OpenTill,
  linkSecrets: readonly string[],
  testMode: boolean,
): Promise<Settlement> {
  const account = linkedAccount(session, linkSecrets);
  const customer = reference(session.customer);
  const livemode = session.livemode === true;
  const id = text(session.id);
  if (account === undefined || customer === undefined || id === undefined || livemode === testMode) {
    return { kind: 'not-ours' };
  }
  const link = linkMessage(session, { id, at, livemode }, customer, account, linkSecrets);
  const subscription = reference(session.subscription);
  const facts = subscription === undefined ? [] : await api.fetch({ subscription, after: 0 });
  return billing.receive({ ...link, facts });
}
