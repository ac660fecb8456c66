import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STANDARD_MESSAGE_TYPES } from '../../lambda/billing/standard/translate';
import { STRIPE_EVENTS } from '../../lambda/billing/stripe/translate';
import { EMPTY_BILLING, reduce } from '../../lib/domain/billing/registers';
import { CONFLICT_ADVICE } from '../../lib/domain/billing/link-conflict';
import { projectAccount } from '../../lib/domain/billing/projection';
import type { Fact, SubscriptionSnapshot } from '../../lib/domain/billing/fact';
import { DAY, MONTH, START } from './support/clock';
import { SCENARIOS } from './support/scenarios';
import { StripeModel } from './support/stripe-model';
import { SLACK, TERMS } from './support/terms';

const FILE = join(__dirname, '../../docs/billing.md');

/** With `UPDATE_DOCS=1` the sections are written instead of compared. */
const UPDATE = process.env.UPDATE_DOCS === '1';

const PAID = START + MONTH;
const TRIAL_END = START + 14 * DAY;
const ENDED = START + 5 * DAY;
const FAILED = START + 20 * DAY;
const GRACE = 3 * DAY;

const NAMES = new Map<number, string>([
  [0, 'none'],
  [PAID, 'paid'],
  [PAID + SLACK, 'paid + slack'],
  [PAID + GRACE, 'paid + grace'],
  [TRIAL_END, 'trial end'],
  [TRIAL_END + SLACK, 'trial end + slack'],
  [TRIAL_END + GRACE, 'trial end + grace'],
  [ENDED, 'that instant'],
  [FAILED + GRACE, 'start of that invoice + grace'],
  [PAID + MONTH + SLACK, 'end of that period + slack'],
  [START + 10 * DAY + SLACK, 'due date + slack'],
]);

interface Row {
  readonly status: SubscriptionSnapshot['status'];
  readonly circumstance: string;
  readonly snapshot?: Partial<SubscriptionSnapshot>;
  readonly facts?: readonly Fact[];
  /** Whether the first period was paid for. */
  readonly paid?: boolean;
}

const invoice = (id: string, outcome: 'paid' | 'failed', start: number, end: number): Fact => ({
  kind: 'invoice',
  subscription: 'sub',
  invoice: id,
  outcome,
  start,
  end,
});
const reversal = (cause: 'refund' | 'dispute', inForce: boolean): Fact => ({
  kind: 'reversal',
  reversal: cause,
  cause,
  at: ENDED,
  since: ENDED,
  inForce,
  invoice: 'in_1',
});
const noCard = { card: false, convertsWithoutCard: false };

const ROWS: readonly Row[] = [
  { status: 'incomplete', circumstance: 'first payment is not complete', paid: false },
  { status: 'incomplete_expired', circumstance: 'first payment was never completed', paid: false },
  {
    status: 'trialing',
    circumstance: 'a card is known, or Stripe bills without one',
    paid: false,
    snapshot: { trialEnd: TRIAL_END, card: true },
  },
  {
    status: 'trialing',
    circumstance: 'no card, and the trial ends without one',
    paid: false,
    snapshot: { trialEnd: TRIAL_END, ...noCard },
  },
  {
    status: 'trialing',
    circumstance: 'set to end with the trial',
    paid: false,
    snapshot: { trialEnd: TRIAL_END, card: true, cancelAt: TRIAL_END },
  },
  { status: 'active', circumstance: 'its first payment is not known yet', paid: false },
  { status: 'active', circumstance: 'renews' },
  {
    status: 'active',
    circumstance: 'period moved, its invoice not paid yet',
    snapshot: { periodStart: PAID, periodEnd: PAID + MONTH },
  },
  {
    status: 'active',
    circumstance: 'trial over, first invoice not paid yet',
    paid: false,
    snapshot: { trialEnd: TRIAL_END },
  },
  { status: 'active', circumstance: '`cancel_at_period_end`', snapshot: { cancelAt: PAID } },
  { status: 'active', circumstance: '`cancel_at` within the period', snapshot: { cancelAt: ENDED } },
  {
    status: 'active',
    circumstance: '`cancel_at` in a later period',
    snapshot: { cancelAt: PAID + 3 * MONTH },
  },
  {
    status: 'active',
    circumstance: '`pause_collection`: `keep_as_draft` or `mark_uncollectible`',
    snapshot: { pausedCollection: { behavior: 'keep_as_draft' }, periodStart: PAID, periodEnd: PAID + MONTH },
  },
  {
    status: 'active',
    circumstance: '`pause_collection`: `void`',
    snapshot: { pausedCollection: { behavior: 'void' }, periodStart: PAID, periodEnd: PAID + MONTH },
  },
  {
    status: 'active',
    circumstance: 'invoice is sent, with a term',
    paid: false,
    snapshot: { creditUntil: START + 10 * DAY },
  },
  { status: 'active', circumstance: 'current period refunded in full', facts: [reversal('refund', true)] },
  { status: 'active', circumstance: 'current period refunded in part', facts: [reversal('refund', false)] },
  { status: 'active', circumstance: 'payment disputed, or dispute lost', facts: [reversal('dispute', true)] },
  { status: 'active', circumstance: 'dispute won', facts: [reversal('dispute', false)] },
  {
    status: 'past_due',
    circumstance: 'renewal failed',
    snapshot: { latestInvoice: 'in_2' },
    facts: [invoice('in_2', 'failed', PAID, PAID + MONTH)],
  },
  {
    status: 'past_due',
    circumstance: 'first charge after a trial failed',
    paid: false,
    snapshot: { trialEnd: TRIAL_END },
  },
  {
    status: 'past_due',
    circumstance: 'upgrade in mid-period failed',
    snapshot: { latestInvoice: 'in_2' },
    facts: [invoice('in_2', 'failed', FAILED, PAID)],
  },
  {
    status: 'past_due',
    circumstance: 'newest invoice paid meanwhile',
    snapshot: { latestInvoice: 'in_2' },
    facts: [invoice('in_2', 'paid', PAID, PAID + MONTH)],
  },
  { status: 'unpaid', circumstance: 'the provider has given up' },
  {
    status: 'paused',
    circumstance: 'trial ended without a card',
    paid: false,
    snapshot: { trialEnd: TRIAL_END, ...noCard },
  },
  { status: 'canceled', circumstance: 'at once', snapshot: { endedAt: ENDED } },
  { status: 'canceled', circumstance: 'at the end of the period', snapshot: { endedAt: PAID } },
  {
    status: 'canceled',
    circumstance: 'at the end of a trial',
    paid: false,
    snapshot: { trialEnd: TRIAL_END, endedAt: TRIAL_END },
  },
  {
    status: 'active',
    circumstance: 'customer deleted',
    snapshot: { customer: 'cus' },
    facts: [{ kind: 'customer', customer: 'cus', at: ENDED, deleted: true, card: false }],
  },
];

function accessRow({ status, circumstance, snapshot, facts = [], paid = true }: Row): readonly string[] {
  const full: SubscriptionSnapshot = {
    status,
    createdAt: START,
    items: [{ price: 'price_pro', quantity: 1 }],
    periodStart: START,
    periodEnd: PAID,
    ...snapshot,
  };
  const known: Fact[] = [{ kind: 'subscription', subscription: 'sub', at: ENDED, snapshot: full }, ...facts];
  if (paid) known.push(invoice('in_1', 'paid', START, PAID));
  const { accessUntil, lapseReason } = projectAccount(reduce(EMPTY_BILLING, known), TERMS)!;
  const name = NAMES.get(accessUntil);
  if (name === undefined)
    throw new Error(`${circumstance}: ${new Date(accessUntil).toISOString()} has no name`);
  return [`\`${status}\``, circumstance, name, `\`${lapseReason}\``];
}

const HEADER = ['Status', 'Circumstance', '`accessUntil`', '`lapseReason`'];

function accessTable(): string {
  const [header, ...rows] = [HEADER, ...ROWS.map(accessRow)].map((cells) => `| ${cells.join(' | ')} |`);
  return [header, '| --- | --- | --- | --- |', ...rows].join('\n');
}

function bullets(names: readonly string[]): string {
  return names.map((name) => `- \`${name}\``).join('\n');
}

test.each<[string, () => string]>([
  ['access-table', accessTable],
  ['stripe-events', () => bullets(STRIPE_EVENTS)],
  ['standard-types', () => bullets(STANDARD_MESSAGE_TYPES)],
])('section %s of the guide is what the code does', (name, generate) => {
  const docs = readFileSync(FILE, 'utf8');
  const section = new RegExp(`(?<=<!-- ${name} -->\\n)[\\s\\S]*?(?=<!-- /${name} -->)`);
  const written = section.exec(docs)?.[0];
  expect(written).toBeDefined();
  if (UPDATE) writeFileSync(FILE, docs.replace(section, `\n${generate()}\n\n`));
  else expect(compact(written!)).toBe(compact(generate()));
});

/** Without what the formatter aligns. */
function compact(text: string): string {
  return text.replace(/-{3,}/g, '---').replace(/ +/g, ' ').trim();
}

test('every status is in the table', () => {
  expect(new Set(ROWS.map(({ status }) => status)).size).toBe(8);
});

test('the events that the endpoint subscribes to are those that a subscription really goes through', () => {
  const emitted = SCENARIOS.flatMap(({ run }) => run(new StripeModel()).checkout('acme').events);
  const needed = new Set(emitted.map(({ type }) => type));
  // Stripe sends these two beside `updated`, when a trial ends without a card and when it is resumed.
  const beside = ['customer.subscription.paused', 'customer.subscription.resumed'];
  expect([...needed, ...beside].sort()).toEqual([...STRIPE_EVENTS].sort());
});

test('every conflict is in the table, with what may be done', () => {
  const docs = readFileSync(FILE, 'utf8');
  for (const conflict of Object.keys(CONFLICT_ADVICE)) {
    expect(docs).toMatch(new RegExp(`^\\| \`${conflict}\` +\\| [^|]+ \\| [^|]+ \\|$`, 'm'));
  }
});
