import type { BillingMessage } from '../../lib/domain/billing/fact';
import { must, text, type Json } from '../billing/json';
import type { EventWindow } from '../billing/stripe/listing';
import type { Finding, Unit, Walk } from './finding';
import { pages } from './pages';
import type { ReconcilerPorts } from './ports';

/** What makes a customer ours. */
export const LINK_EVENTS: readonly string[] = ['checkout.session.completed'];

/** What neither a subscription that lives nor its invoices show. All else is found by looking at those. */
export const OTHER_EVENTS: readonly string[] = [
  'customer.subscription.deleted',
  'customer.updated',
  'customer.deleted',
  'charge.refunded',
  'charge.dispute.created',
  'charge.dispute.closed',
  'refund.failed',
];

/** Reads Stripe's record of events of a stretch of time, and applies those that never came. */
export function eventWalk(ports: ReconcilerPorts, window: EventWindow): Walk {
  return async function* walk(after) {
    for await (const { object: event } of pages((start) => ports.listing.events(window, start), after)) {
      yield unit(ports, event);
    }
  };
}

function unit(ports: ReconcilerPorts, event: Json): Unit {
  const id = must(text(event.id), 'event.id');
  return {
    id,
    async check() {
      const message = await ports.inbox.read(event);
      if ('kind' in message || (await soldToErased(ports, message))) return undefined;
      return checkMessage(ports, message);
    },
  };
}

async function checkMessage(ports: ReconcilerPorts, message: BillingMessage): Promise<Finding | undefined> {
  const { subject, link, facts } = message;
  if (subject.kind !== 'customer' || subject.livemode === ports.testMode) return undefined;
  const linked = await ports.table.readLink(subject);
  const account = linked?.account ?? link;
  // Customers of the seller's other business are none of ours; those of a webhook that came first are parked.
  if (account === undefined) return undefined;
  const isNews = async (): Promise<boolean> => {
    if ((await ports.table.readLink(subject)) === undefined) return link !== undefined;
    return (await ports.accounts.preview(account, facts))?.changesState === true;
  };
  if (!(await isNews())) return undefined;
  return {
    account,
    cause: linked === undefined ? 'not-linked' : 'missed',
    source: message.id,
    repair: async () => (await isNews()) && (await ports.billing.receive(message)).kind === 'applied',
  };
}

/** The session sold an account that has been erased: nothing brings it back. */
async function soldToErased({ table }: ReconcilerPorts, message: BillingMessage): Promise<boolean> {
  if (message.opensAccount !== true || message.link === undefined) return false;
  return (await table.readErasure(message.link)) !== undefined;
}
