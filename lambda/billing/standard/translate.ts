import type { BillingMessage, Fact, SubscriptionSnapshot } from '../../../lib/domain/billing/fact';
import { ACCOUNT_ID_PATTERN } from '../../../lib/domain/key';
import { numeric, object, text, type Json } from '../json';
import { WebhookRefused } from '../webhook-request';
import type { VerifiedMessage } from './signature';

type Status = SubscriptionSnapshot['status'];

/**
 * The vocabulary. Each message tells the whole state of the account's subscription after what happened, so that
 * messages may be lost, repeated or out of order: the one with the latest timestamp is the truth.
 */
const STATUS_OF = {
  'account.subscribed': 'active',
  'account.trial_started': 'trialing',
  'account.renewed': 'active',
  'account.plan_changed': 'active',
  'account.cancellation_scheduled': 'active',
  'account.payment_failed': 'past_due',
  'account.payment_recovered': 'active',
  'account.paused': 'paused',
  'account.resumed': 'active',
  'account.canceled': 'canceled',
} as const satisfies Record<string, Status>;

export type StandardMessageType = keyof typeof STATUS_OF;

export const STANDARD_MESSAGE_TYPES = Object.keys(STATUS_OF) as readonly StandardMessageType[];

/**
 * Turns a verified message into facts.
 *
 * @returns `undefined` for a type that is not in the vocabulary: senders may have other things to say
 * @throws WebhookRefused naming the member that is missing or wrong, and what it must be
 */
export function translateStandardMessage({ id, payload }: VerifiedMessage): BillingMessage | undefined {
  const type = STANDARD_MESSAGE_TYPES.find((known) => known === payload.type);
  if (type === undefined) return undefined;
  const data = object(payload.data) ?? {};
  const at = required(instant(payload, 'timestamp'), 'timestamp', 'an ISO 8601 instant');
  const account = text(data.account);
  if (account === undefined || !ACCOUNT_ID_PATTERN.test(account)) {
    throw malformed('data.account', 'the id of an account of this API');
  }
  const subscription = `standard/${text(data.subscription) ?? 'default'}`;
  const facts: Fact[] = [
    { kind: 'subscription', subscription, at, snapshot: snapshot(data, STATUS_OF[type], at) },
  ];
  const paidThrough = instant(data, 'paidThrough');
  if (paidThrough === undefined && STATUS_OF[type] === 'active')
    throw malformed('data.paidThrough', 'an ISO 8601 instant');
  if (paidThrough !== undefined) {
    // Told at `at`: what is said later about the end of what was paid replaces what was said before.
    const invoice = `standard/${at}`;
    facts.push({ kind: 'invoice', subscription, invoice, outcome: 'paid', start: at, end: paidThrough });
  }
  return { id, at, subject: { kind: 'account', account }, facts };
}

function snapshot(data: Json, status: Status, at: number): SubscriptionSnapshot {
  const plan = required(text(data.plan), 'data.plan', 'the id of a plan');
  const quantity = data.quantity === undefined ? 1 : numeric(data.quantity);
  if (quantity === undefined || !Number.isSafeInteger(quantity) || quantity < 1) {
    throw malformed('data.quantity', 'a whole number above 0');
  }
  const trialEnd = instant(data, 'trialEnd');
  if (status === 'trialing' && trialEnd === undefined)
    throw malformed('data.trialEnd', 'an ISO 8601 instant');
  const endsAt = instant(data, 'endsAt');
  const renews = data.renews !== false;
  return {
    status,
    createdAt: instant(data, 'subscribedAt') ?? 0,
    items: [{ plan, quantity }],
    convertsWithoutCard: renews,
    ...(trialEnd !== undefined && { trialEnd }),
    ...(status === 'canceled'
      ? { endedAt: endsAt ?? at }
      : endOf(endsAt, renews, instant(data, 'paidThrough'))),
  };
}

/** Without renewal the subscription ends with what is paid for. */
function endOf(
  endsAt: number | undefined,
  renews: boolean,
  paidThrough: number | undefined,
): { readonly cancelAt?: number } {
  const cancelAt = endsAt ?? (renews ? undefined : paidThrough);
  return cancelAt === undefined ? {} : { cancelAt };
}

/** With a zone, as a local time would mean another instant at each reader. */
const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

function instant(members: Json, name: string): number | undefined {
  const value = members[name];
  if (value === undefined || value === null) return undefined;
  const at = typeof value === 'string' && ISO_INSTANT.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) throw malformed(name, 'an ISO 8601 instant with a zone');
  return at;
}

function required<T>(value: T | undefined, name: string, what: string): T {
  if (value === undefined) throw malformed(name, what);
  return value;
}

function malformed(name: string, what: string): WebhookRefused {
  return new WebhookRefused('body_not_an_event', `${name} must be ${what}`);
}
