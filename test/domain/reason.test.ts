import { ACTION_OF, ACTIONS, LAPSE_REASONS, REASONS } from '../../lib/domain/reason';

// Public contract: callers compare these texts, so a change breaks them.
test('the closed list of reasons', () => {
  expect(REASONS).toEqual([
    'no_subscription',
    'trial_ended',
    'payment_failed',
    'payment_incomplete',
    'subscription_canceled',
    'subscription_paused',
    'quota_exceeded',
    'plan_upgrade_required',
  ]);
});

test('reasons of a lapse are all but those that depend on the request', () => {
  expect(REASONS.filter((reason) => !(LAPSE_REASONS as readonly string[]).includes(reason))).toEqual([
    'quota_exceeded',
    'plan_upgrade_required',
  ]);
});

test.each(REASONS)('%s has an action', (reason) => {
  expect(ACTIONS).toContain(ACTION_OF[reason]);
});

test('every action but the last resort fixes some reason', () => {
  expect(new Set([...Object.values(ACTION_OF), 'contact_seller'])).toEqual(new Set(ACTIONS));
});
