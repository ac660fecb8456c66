import type { Fact } from '../../lib/domain/billing/fact';
import type { CustomerKey } from '../billing/billing-table';
import { must, reference, text, type Json } from '../billing/json';
import { linkedAccount, opensAccount } from '../billing/stripe/link-claim';
import { glance } from '../billing/stripe/listing';
import { linkMessage, STRIPE } from '../billing/stripe/translate';
import { applied, fetched } from './apply';
import type { Finding, Unit, Walk } from './finding';
import { pages } from './pages';
import type { ReconcilerPorts } from './ports';

/**
 * Looks at each subscription that lives at Stripe. What the list shows settles most of them without another question:
 * an account that knows the subscription, and whose access would be the same, is right.
 */
export function subscriptionWalk(ports: ReconcilerPorts): Walk {
  return async function* walk(after) {
    for await (const { object, at } of pages((start) => ports.listing.subscriptions(start), after)) {
      yield unit(ports, object, at);
    }
  };
}

function unit(ports: ReconcilerPorts, subscription: Json, at: number): Unit {
  const id = must(text(subscription.id), 'subscription.id');
  return {
    id,
    async check() {
      if ((subscription.livemode === true) === ports.testMode) return undefined;
      const customer = reference(subscription.customer);
      if (customer === undefined) return undefined;
      const key = { provider: STRIPE, customer };
      const link = await ports.table.readLink(key);
      if (link === undefined) return notLinked(ports, key, subscription, at);
      if (link.livemode === ports.testMode) return undefined;
      const { conclusive, facts } = glance(subscription, at);
      const known = conclusive ? facts : await fetched(ports, id);
      return (await isNews(ports, link.account, id, known)) ? missed(ports, link.account, id) : undefined;
    },
  };
}

/** Only what our own checkout has signed makes a stranger's subscription ours. */
async function notLinked(
  ports: ReconcilerPorts,
  key: CustomerKey,
  subscription: Json,
  at: number,
): Promise<Finding | undefined> {
  const account = linkedAccount(subscription, ports.linkSecrets);
  if (account === undefined) return undefined;
  // Sold to someone who has had the account erased since; the seller ends what is still charged.
  const opens = opensAccount(subscription, ports.linkSecrets);
  if (opens && (await ports.table.readErasure(account)) !== undefined) return undefined;
  const id = must(text(subscription.id), 'subscription.id');
  return {
    account,
    cause: 'not-linked',
    source: id,
    async repair() {
      if ((await ports.table.readLink(key)) !== undefined) return false;
      const envelope = { id: `reconciled/${id}`, at, livemode: !ports.testMode };
      const link = linkMessage(subscription, envelope, key.customer, account, ports.linkSecrets);
      const receipt = await ports.billing.receive({ ...link, facts: await fetched(ports, id) });
      return receipt.kind === 'applied';
    },
  };
}

function missed(ports: ReconcilerPorts, account: string, subscription: string): Finding {
  return {
    account,
    cause: 'missed',
    source: subscription,
    async repair() {
      const facts = await fetched(ports, subscription);
      return (await isNews(ports, account, subscription, facts)) && applied(ports, account, facts);
    },
  };
}

/** One of which we never heard may change nothing today: the other subscription of the account may end first. */
async function isNews(
  ports: ReconcilerPorts,
  account: string,
  subscription: string,
  facts: readonly Fact[],
): Promise<boolean> {
  const preview = await ports.accounts.preview(account, facts);
  if (preview === undefined) return false;
  const state = (await ports.table.readBilling(account))?.state;
  return preview.changesAccess || state?.subscriptions[subscription]?.latest === undefined;
}
