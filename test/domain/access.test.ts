import fc from 'fast-check';
import {
  accessOf,
  DEFAULT_RENEWAL_SLACK_MS,
  SUBSCRIPTION_STATUSES,
  UNLIMITED_ACCESS,
  type SubscriptionState,
} from '../../lib/domain/access';
import { NEVER } from '../../lib/domain/account';
import { LAPSE_REASONS } from '../../lib/domain/reason';
import { DAY, HOUR, NOW } from './builders';

const TERMS = { graceDays: 3, renewalSlackMs: 6 * HOUR };
const PAID = NOW + 20 * DAY;
const TRIAL = NOW + 14 * DAY;
const GRACE = 3 * DAY;
const SLACK = 6 * HOUR;

/** Name, state, instant until which access is granted, reason from then on. */
type Row = [string, SubscriptionState, number, string];

describe.each<[string, Row[]]>([
  [
    'none',
    [
      ['grants nothing', { status: 'none', renews: false }, 0, 'no_subscription'],
      ['whatever was paid', { status: 'none', renews: true, paidThrough: PAID }, 0, 'no_subscription'],
    ],
  ],
  [
    'incomplete',
    [
      ['grants nothing', { status: 'incomplete', renews: true }, 0, 'payment_incomplete'],
      [
        'not even its first period',
        { status: 'incomplete', renews: true, trialEnd: TRIAL },
        0,
        'payment_incomplete',
      ],
    ],
  ],
  [
    'incomplete_expired',
    [['is as if there were none', { status: 'incomplete_expired', renews: false }, 0, 'no_subscription']],
  ],
  [
    'trialing',
    [
      ['that ends: to its end', { status: 'trialing', renews: false, trialEnd: TRIAL }, TRIAL, 'trial_ended'],
      [
        'that becomes paid: to its end and the slack',
        { status: 'trialing', renews: true, trialEnd: TRIAL },
        TRIAL + SLACK,
        'trial_ended',
      ],
      ['without an end: nothing', { status: 'trialing', renews: false }, 0, 'trial_ended'],
      [
        'set to end with the trial: no slack, and the trial is the reason',
        { status: 'trialing', renews: true, trialEnd: TRIAL, endsAt: TRIAL },
        TRIAL,
        'trial_ended',
      ],
      [
        'ended before its time',
        { status: 'trialing', renews: false, trialEnd: TRIAL, endsAt: TRIAL - 1 },
        TRIAL - 1,
        'subscription_canceled',
      ],
    ],
  ],
  [
    'active',
    [
      [
        'renewing: what is paid and the slack',
        { status: 'active', renews: true, paidThrough: PAID },
        PAID + SLACK,
        'payment_failed',
      ],
      [
        'ending: what is paid, to the millisecond',
        { status: 'active', renews: false, paidThrough: PAID },
        PAID,
        'subscription_canceled',
      ],
      [
        'after a trial whose first invoice is not in yet: the trial and the slack',
        { status: 'active', renews: true, trialEnd: TRIAL },
        TRIAL + SLACK,
        'payment_failed',
      ],
      [
        'paid beyond the trial',
        { status: 'active', renews: true, trialEnd: TRIAL, paidThrough: PAID },
        PAID + SLACK,
        'payment_failed',
      ],
      [
        'set to end earlier than paid for',
        { status: 'active', renews: true, paidThrough: PAID, endsAt: PAID - DAY },
        PAID - DAY,
        'subscription_canceled',
      ],
      [
        'set to end at the paid boundary: no slack',
        { status: 'active', renews: true, paidThrough: PAID, endsAt: PAID },
        PAID,
        'subscription_canceled',
      ],
      [
        'set to end later than paid for: what is paid',
        { status: 'active', renews: true, paidThrough: PAID, endsAt: PAID + 90 * DAY },
        PAID + SLACK,
        'payment_failed',
      ],
      [
        'that never paid: nothing that is not long over',
        { status: 'active', renews: true },
        SLACK,
        'payment_failed',
      ],
    ],
  ],
  [
    'past_due',
    [
      [
        'grace counts from the start of the unpaid period',
        { status: 'past_due', renews: true, paidThrough: PAID },
        PAID + GRACE,
        'payment_failed',
      ],
      [
        'or from the end of the trial',
        { status: 'past_due', renews: true, trialEnd: TRIAL },
        TRIAL + GRACE,
        'payment_failed',
      ],
      [
        'no slack on top of it',
        { status: 'past_due', renews: false, paidThrough: PAID },
        PAID + GRACE,
        'payment_failed',
      ],
      [
        'set to end within the grace',
        { status: 'past_due', renews: true, paidThrough: PAID, endsAt: PAID + DAY },
        PAID + DAY,
        'subscription_canceled',
      ],
      [
        'set to end when the grace does',
        { status: 'past_due', renews: true, paidThrough: PAID, endsAt: PAID + GRACE },
        PAID + GRACE,
        'payment_failed',
      ],
    ],
  ],
  [
    'unpaid',
    [
      [
        'the grace is over: what was paid',
        { status: 'unpaid', renews: true, paidThrough: PAID },
        PAID,
        'payment_failed',
      ],
      ['nothing was', { status: 'unpaid', renews: true }, 0, 'payment_failed'],
    ],
  ],
  [
    'canceled',
    [
      [
        'what was paid',
        { status: 'canceled', renews: false, paidThrough: PAID },
        PAID,
        'subscription_canceled',
      ],
      [
        'cut short by its end',
        { status: 'canceled', renews: false, paidThrough: PAID, endsAt: NOW },
        NOW,
        'subscription_canceled',
      ],
      [
        'not prolonged by an end that lies beyond what was paid',
        { status: 'canceled', renews: false, paidThrough: PAID, endsAt: PAID + 90 * DAY },
        PAID,
        'subscription_canceled',
      ],
      [
        'on trial, at the end of it',
        { status: 'canceled', renews: false, trialEnd: TRIAL, endsAt: TRIAL },
        TRIAL,
        'subscription_canceled',
      ],
      [
        'on trial, without a known end: nothing',
        { status: 'canceled', renews: false, trialEnd: TRIAL },
        0,
        'subscription_canceled',
      ],
      ['never paid', { status: 'canceled', renews: false }, 0, 'subscription_canceled'],
    ],
  ],
  [
    'paused',
    [
      ['what was paid', { status: 'paused', renews: true, paidThrough: PAID }, PAID, 'subscription_paused'],
      [
        'from the pause on',
        { status: 'paused', renews: true, paidThrough: PAID, endsAt: NOW },
        NOW,
        'subscription_paused',
      ],
      [
        'a trial that ended without a card',
        { status: 'paused', renews: false, trialEnd: NOW - DAY, endsAt: NOW - DAY },
        NOW - DAY,
        'subscription_paused',
      ],
    ],
  ],
])('%s', (_status, rows) => {
  test.each(rows)('%s', (_, state, accessUntil, lapseReason) => {
    expect(accessOf(state, TERMS)).toEqual({ accessUntil, lapseReason });
  });
});

const instants = fc.integer({ min: 0, max: NEVER });
const states = fc.record(
  {
    status: fc.constantFrom(...SUBSCRIPTION_STATUSES),
    renews: fc.boolean(),
    paidThrough: instants,
    trialEnd: instants,
    endsAt: instants,
  },
  { requiredKeys: ['status', 'renews'] },
);
const terms = fc.record({
  graceDays: fc.integer({ min: 0, max: 90 }),
  renewalSlackMs: fc.integer({ min: 0, max: 3 * DAY }),
});

test('access never outlasts what was paid for or on trial by more than grace or slack', () => {
  fc.assert(
    fc.property(states, terms, (state, given) => {
      const granted = Math.max(state.paidThrough ?? 0, state.trialEnd ?? 0);
      const most = granted + Math.max(given.graceDays * DAY, given.renewalSlackMs);
      expect(accessOf(state, given).accessUntil).toBeLessThanOrEqual(most);
    }),
    { numRuns: 2_000 },
  );
});

test('access never goes beyond the end of the subscription', () => {
  fc.assert(
    fc.property(states, terms, instants, (state, given, endsAt) => {
      expect(accessOf({ ...state, endsAt }, given).accessUntil).toBeLessThanOrEqual(endsAt);
    }),
    { numRuns: 2_000 },
  );
});

test('paying more never shortens access', () => {
  fc.assert(
    fc.property(states, terms, instants, instants, (state, given, one, other) => {
      const until = (paidThrough: number) => accessOf({ ...state, paidThrough }, given).accessUntil;
      expect(until(Math.max(one, other))).toBeGreaterThanOrEqual(until(Math.min(one, other)));
    }),
    { numRuns: 2_000 },
  );
});

test('a state is always answered with an instant and a reason from the closed list', () => {
  fc.assert(
    fc.property(states, terms, (state, given) => {
      const { accessUntil, lapseReason } = accessOf(state, given);
      expect(Number.isFinite(accessUntil)).toBe(true);
      expect(LAPSE_REASONS).toContain(lapseReason);
    }),
  );
});

test('access that was granted by hand does not end', () => {
  expect(UNLIMITED_ACCESS.accessUntil).toBe(NEVER);
  expect(new Date(NEVER).toISOString()).toBe('9999-12-31T23:59:59.000Z');
});

test('the slack for a renewal is longer than the hour that Stripe takes to charge', () => {
  expect(DEFAULT_RENEWAL_SLACK_MS).toBe(6 * HOUR);
});
