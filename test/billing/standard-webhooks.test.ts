import fc from 'fast-check';
import { STANDARD_MESSAGE_TYPES, translateStandardMessage } from '../../lambda/billing/standard/translate';
import { WebhookRefused } from '../../lambda/billing/webhook-request';
import { DAY, HOUR, MONTH, START } from './support/clock';
import { ACCOUNT, buildDesk, newAccount } from './support/desk';
import { MemoryBillingTable } from './support/memory-billing-table';
import { SLACK } from './support/terms';

const PAID = START + MONTH;
const iso = (at: number): string => new Date(at).toISOString();

const used = new Set<string>();

function message(type: string, at: number, data: object = {}, id = `msg_${at}`) {
  used.add(type);
  const payload = {
    type,
    timestamp: iso(at),
    data: { account: ACCOUNT, plan: 'pro', paidThrough: iso(PAID), ...data },
  };
  return translateStandardMessage({ id, payload })!;
}

async function after(messages: readonly ReturnType<typeof message>[]) {
  const table = new MemoryBillingTable();
  table.contents.accounts[ACCOUNT] = newAccount();
  const { billing } = buildDesk(table);
  for (const one of messages) expect(await billing.receive(one)).toMatchObject({ kind: 'applied' });
  const { plan, accessUntil, lapseReason, quantity } = table.contents.accounts[ACCOUNT]!;
  return { plan, accessUntil, lapseReason, quantity };
}

const STORIES: readonly [string, ReturnType<typeof message>[], object][] = [
  [
    'subscribed',
    [message('account.subscribed', START)],
    { plan: 'pro', accessUntil: PAID + SLACK, lapseReason: 'payment_failed' },
  ],
  [
    'subscribed once, without renewal',
    [message('account.subscribed', START, { renews: false })],
    { accessUntil: PAID, lapseReason: 'subscription_canceled' },
  ],
  [
    'trial',
    [
      message('account.trial_started', START, {
        trialEnd: iso(START + DAY),
        renews: false,
        paidThrough: null,
      }),
    ],
    { accessUntil: START + DAY, lapseReason: 'trial_ended' },
  ],
  [
    'renewed',
    [
      message('account.subscribed', START),
      message('account.renewed', PAID, { paidThrough: iso(PAID + MONTH) }),
    ],
    { accessUntil: PAID + MONTH + SLACK },
  ],
  [
    'plan and quantity changed',
    [
      message('account.subscribed', START),
      message('account.plan_changed', START + DAY, { plan: 'basic', quantity: 4 }),
    ],
    { plan: 'basic', quantity: 4 },
  ],
  [
    'payment failed',
    [
      message('account.subscribed', START),
      message('account.payment_failed', PAID + HOUR, { paidThrough: undefined }),
    ],
    { accessUntil: PAID + 3 * DAY, lapseReason: 'payment_failed' },
  ],
  [
    'payment failed and recovered',
    [
      message('account.subscribed', START),
      message('account.payment_failed', PAID + HOUR),
      message('account.payment_recovered', PAID + DAY, { paidThrough: iso(PAID + MONTH) }),
    ],
    { accessUntil: PAID + MONTH + SLACK },
  ],
  [
    'cancellation scheduled',
    [
      message('account.subscribed', START),
      message('account.cancellation_scheduled', START + DAY, { endsAt: iso(PAID) }),
    ],
    { accessUntil: PAID, lapseReason: 'subscription_canceled' },
  ],
  [
    'canceled at once',
    [message('account.subscribed', START), message('account.canceled', START + DAY)],
    { accessUntil: START + DAY, lapseReason: 'subscription_canceled' },
  ],
  [
    'paused at once and resumed',
    [
      message('account.subscribed', START),
      message('account.paused', START + DAY, { endsAt: iso(START + DAY) }),
      message('account.resumed', START + 2 * DAY),
    ],
    { accessUntil: PAID + SLACK },
  ],
  [
    'paused at once',
    [
      message('account.subscribed', START),
      message('account.paused', START + DAY, { endsAt: iso(START + DAY) }),
    ],
    { accessUntil: START + DAY, lapseReason: 'subscription_paused' },
  ],
  [
    'a correction of what was paid replaces it',
    [
      message('account.subscribed', START, { paidThrough: iso(PAID + 300 * DAY) }),
      message('account.renewed', START + DAY),
    ],
    { accessUntil: PAID + SLACK },
  ],
];

test.each(STORIES)('%s', async (_name, messages, expected) => {
  expect(await after(messages)).toMatchObject(expected);
  expect(await after([...messages].reverse())).toMatchObject(expected);
  expect(await after([...messages, ...messages])).toMatchObject(expected);
});

const told = [...used];

test('every type of the vocabulary is told in a story', () => {
  expect(told.sort()).toEqual([...STANDARD_MESSAGE_TYPES].sort());
});

test('a type that is not in the vocabulary is ignored', () => {
  expect(translateStandardMessage({ id: 'msg', payload: { type: 'invoice.sent' } })).toBeUndefined();
});

test('an account that does not exist is reported', async () => {
  const { billing } = buildDesk(new MemoryBillingTable());
  expect(await billing.receive(message('account.subscribed', START))).toEqual({
    kind: 'no-such-account',
    account: ACCOUNT,
  });
});

test.each([
  ['data.account', { account: 'Not An Id' }],
  ['data.account', { account: undefined }],
  ['data.plan', { plan: '' }],
  ['data.quantity', { quantity: 0 }],
  ['data.quantity', { quantity: 1.5 }],
  ['data.paidThrough', { paidThrough: undefined }],
  ['paidThrough', { paidThrough: '2026-05-01' }],
  ['paidThrough', { paidThrough: 1_780_000_000 }],
  ['endsAt', { endsAt: '2026-05-01T00:00:00' }],
])('%s is named when it is wrong: %j', (name, data) => {
  expect(() => message('account.subscribed', START, data)).toThrow(WebhookRefused);
  expect(() => message('account.subscribed', START, data)).toThrow(name);
});

test('a payload of any shape is translated, ignored or refused, and never a fault', () => {
  const payloads = fc.record({
    type: fc.oneof(fc.constantFrom(...STANDARD_MESSAGE_TYPES), fc.string()),
    timestamp: fc.oneof(fc.constant(iso(START)), fc.jsonValue()),
    data: fc.oneof(
      fc.jsonValue(),
      fc.record({ account: fc.constant(ACCOUNT), plan: fc.jsonValue(), paidThrough: fc.jsonValue() }),
    ),
  });
  fc.assert(
    fc.property(payloads, (payload) => {
      try {
        translateStandardMessage({ id: 'msg', payload });
      } catch (error) {
        expect(error).toBeInstanceOf(WebhookRefused);
      }
    }),
    { numRuns: 1_000 },
  );
});
