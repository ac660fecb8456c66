import fc from 'fast-check';
import { MalformedObject } from '../../lambda/billing/json';
import { invoiceFact } from '../../lambda/billing/stripe/invoice';
import { linkedAccount, linkMetadata } from '../../lambda/billing/stripe/link-claim';
import { disputeReversal } from '../../lambda/billing/stripe/reversal';
import { subscriptionFact } from '../../lambda/billing/stripe/subscription';
import { STRIPE_EVENTS, translateStripeEvent } from '../../lambda/billing/stripe/translate';
import subscriptionFixture from '../../cli/webhook/stripe/objects/subscription.json';
import { DAY, MONTH, START, YEAR } from './support/clock';
import { StripeModel } from './support/stripe-model';
import { stripeDispute, stripeInvoice, type InvoiceLine } from './support/stripe-objects';

const s = (ms: number): number => ms / 1000;

test('a subscription reads alike in both places of its period', () => {
  const looks = (['acacia', 'basil'] as const).map((api) => {
    const look = new StripeModel('cus_1', api).subscribe({ price: 'price_pro' }).look();
    return subscriptionFact(look, START);
  });
  expect(looks[0]).toEqual(looks[1]);
  expect(looks[0]!.snapshot).toMatchObject({ periodStart: START, periodEnd: START + MONTH });
});

test("Stripe's own example is understood", () => {
  expect(subscriptionFact(subscriptionFixture, START).snapshot).toMatchObject({
    status: 'active',
    customer: 'cus_QXg1o8vcGmoR32',
    items: [{ price: 'price_1PgafmB7WZ01zgkW6dKueIc5', quantity: 1 }],
    pausedCollection: { behavior: 'mark_uncollectible' },
    cancelAt: 1_234_567_890_000,
  });
});

test('what was expanded reads like its id', () => {
  const look = new StripeModel('cus_1').subscribe({ price: 'price_pro' }).look();
  const expanded = { ...look, customer: { id: 'cus_1' }, latest_invoice: { id: look.latest_invoice } };
  expect(subscriptionFact(expanded, START)).toEqual(subscriptionFact(look, START));
});

test('a price of the plans API will do', () => {
  const look = new StripeModel('cus_1').subscribe({ price: 'price_pro' }).look();
  const items = { data: [{ plan: { id: 'plan_old' }, quantity: 1 }] };
  expect(subscriptionFact({ ...look, items }, START).snapshot.items).toEqual([
    { price: 'plan_old', quantity: 1 },
  ]);
});

describe('the period of an invoice', () => {
  const MAY = { amount: 2000, start: s(START), end: s(START + MONTH) };
  const read = (lines: readonly InvoiceLine[], created = START) =>
    invoiceFact(
      stripeInvoice({ id: 'in_1', subscription: 'sub_1', created: s(created) }, lines, 'basil'),
      'paid',
    );

  test.each<[string, readonly InvoiceLine[], number | undefined, number | undefined]>([
    ['one line', [MAY], START, START + MONTH],
    ['a line that costs nothing', [{ ...MAY, amount: 0 }], START, START + MONTH],
    [
      'a fee beside it',
      [{ amount: 500, start: s(START + DAY), end: s(START + DAY) }, MAY],
      START,
      START + MONTH,
    ],
    [
      'a credit for longer',
      [{ amount: -9, start: s(START), end: s(START + YEAR) }, MAY],
      START,
      START + MONTH,
    ],
    ['a yearly add-on', [{ ...MAY, end: s(START + YEAR) }, MAY], START, START + MONTH],
    [
      'usage of the month before',
      [{ amount: 7, start: s(START - MONTH), end: s(START) }, MAY],
      START,
      START + MONTH,
    ],
    [
      'usage alone pays for as long again',
      [{ amount: 7, start: s(START - MONTH), end: s(START) }],
      START,
      START + MONTH,
    ],
    ['a fee alone is for no period', [{ amount: 500, start: s(START), end: s(START) }], undefined, undefined],
    ['a credit alone is for no period', [{ ...MAY, amount: -1 }], undefined, undefined],
  ])('%s', (_name, lines, start, end) => {
    expect([read(lines)?.start, read(lines)?.end]).toEqual([start, end]);
  });

  test('an invoice for no subscription is for no period', () => {
    expect(invoiceFact({ id: 'in_1', lines: { data: [MAY] } }, 'paid')).toBeUndefined();
  });
});

test('metered use is honoured until its period is charged', () => {
  const look = new StripeModel('cus_1').subscribe({ price: 'price_pro', metered: true }).look();
  expect(subscriptionFact(look, START).snapshot.creditUntil).toBe(START + MONTH);
});

test.each([
  ['needs_response', true],
  ['under_review', true],
  ['lost', true],
  ['won', false],
  ['warning_needs_response', false],
  ['warning_closed', false],
  ['prevented', false],
])('a dispute that %s takes money: %s', (status, inForce) => {
  const dispute = stripeDispute({ status, charge: 'ch_1' });
  expect(disputeReversal(dispute, START).fact.inForce).toBe(inForce);
});

test('a link is vouched for by any of the secrets, for that account only', () => {
  const metadata = linkMetadata('acme', 'old');
  expect(linkedAccount({ metadata }, ['new', 'old'])).toBe('acme');
  expect(linkedAccount({ metadata }, ['new'])).toBeUndefined();
  expect(linkedAccount({ metadata: { ...metadata, paywall_account: 'other' } }, ['old'])).toBeUndefined();
  expect(linkedAccount({ metadata }, [])).toBeUndefined();
});

describe('objects that are not what they should be', () => {
  const { events } = new StripeModel().subscribe({ price: 'price_pro' });
  const broken = (change: object) => ({
    ...events[0]!,
    data: { object: { ...events[0]!.data.object, ...change } },
  });

  test.each<[string, object]>([
    ['no status', { status: undefined }],
    ['a status of the future', { status: 'hibernating' }],
    ['no customer', { customer: null }],
    ['no id', { id: '' }],
    ['an item without a price', { items: { data: [{ quantity: 1 }] } }],
  ])('%s: reported, not guessed', (_name, change) => {
    expect(() => translateStripeEvent(broken(change))).toThrow(MalformedObject);
  });

  test('anything at all is translated, ignored or reported', () => {
    const anything = fc.record({
      id: fc.oneof(fc.constant('evt_1'), fc.jsonValue()),
      type: fc.oneof(fc.constantFrom(...STRIPE_EVENTS), fc.string()),
      created: fc.oneof(fc.constant(s(START)), fc.jsonValue()),
      data: fc.record({
        object: fc.oneof(
          fc.jsonValue(),
          fc.dictionary(fc.constantFrom('id', 'status', 'customer', 'items', 'lines'), fc.jsonValue()),
        ),
      }),
    });
    fc.assert(
      fc.property(anything, (event) => {
        try {
          translateStripeEvent(event);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedObject);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
