import { draftAccount, type DraftOptions } from '../../cli/accounts/draft';
import { NEVER } from '../../lib/domain/account';
import { NOW } from '../helpers/now';
import { buildOffer } from '../helpers/offer';

const DAY_MS = 86_400_000;
const SLACK_MS = 6 * 3_600_000;
const draft = (options: DraftOptions) => draftAccount(options, buildOffer(), NOW);

test.each<[string, DraftOptions, object]>([
  ['no plan', {}, { accessUntil: 0, lapseReason: 'no_subscription' }],
  ['--status none', { status: 'none' }, { accessUntil: 0, lapseReason: 'no_subscription' }],
  ['a plan by hand', { plan: 'pro' }, { plan: 'pro', accessUntil: NEVER }],
  [
    'active',
    { plan: 'pro', status: 'active', paidThrough: '30d' },
    { plan: 'pro', accessUntil: NOW + 30 * DAY_MS + SLACK_MS, lapseReason: 'payment_failed' },
  ],
  [
    'active, not renewing',
    { plan: 'pro', status: 'active', paidThrough: '30d', renew: false },
    { accessUntil: NOW + 30 * DAY_MS, lapseReason: 'subscription_canceled' },
  ],
  [
    'past due within grace',
    { plan: 'pro', status: 'past_due', paidThrough: '-1d' },
    { accessUntil: NOW + 2 * DAY_MS, lapseReason: 'payment_failed' },
  ],
  [
    'trial of the plan',
    { plan: 'pro', status: 'trialing' },
    { accessUntil: NOW + 14 * DAY_MS, lapseReason: 'trial_ended' },
  ],
  [
    'trial that has ended',
    { plan: 'pro', status: 'trialing', trialEnd: '-1d' },
    { accessUntil: NOW - DAY_MS, lapseReason: 'trial_ended' },
  ],
  [
    'canceled at an instant',
    { plan: 'pro', status: 'canceled', paidThrough: '30d', endsAt: '2026-05-01' },
    { accessUntil: Date.parse('2026-05-01'), lapseReason: 'subscription_canceled' },
  ],
  [
    'incomplete',
    { plan: 'pro', status: 'incomplete' },
    { accessUntil: 0, lapseReason: 'payment_incomplete' },
  ],
])('%s', (_, options, expected) => expect(draft(options)).toMatchObject(expected));

test.each<[string, DraftOptions, object]>([
  [
    'a plan that is none',
    { plan: 'prp' },
    { code: 'UnknownPlan', fix: expect.stringContaining("did you mean 'pro'?") },
  ],
  [
    'a status that is none',
    { plan: 'pro', status: 'activ' },
    { code: 'UnknownStatus', fix: expect.stringContaining("'active'") },
  ],
  ['a subscription without a plan', { status: 'active', paidThrough: '30d' }, { code: 'PlanNeeded' }],
  [
    'active without an end',
    { plan: 'pro', status: 'active' },
    { code: 'OptionNeeded', message: expect.stringContaining('--paid-through') },
  ],
  [
    'a trial without an end',
    { plan: 'unlimited', status: 'trialing' },
    { code: 'OptionNeeded', message: expect.stringContaining('--trial-end') },
  ],
  [
    'an end without a status',
    { plan: 'pro', paidThrough: '30d' },
    { code: 'OptionUnused', message: expect.stringContaining('--paid-through') },
  ],
])('refuses %s', (_, options, expected) => {
  expect(() => draft(options)).toThrow(expect.objectContaining({ exitCode: 2, ...expected }));
});
