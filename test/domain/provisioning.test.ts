import { NEVER } from '../../lib/domain/account';
import {
  nextProvisioningStep,
  NO_USAGE_KEYS,
  type ProvisioningTerms,
  type UsageKeyRef,
  type UsageKeyState,
} from '../../lib/domain/provisioning';
import { accountUsageKey, provisionedUsageKey } from '../../lib/domain/usage-key';
import { DAY, NOW } from './builders';

const TERMS: ProvisioningTerms = {
  scope: 'Shop-0123456789',
  usagePlans: { pro: 'plan-pro', max: 'plan-max' },
  activationWaitMs: 600_000,
  drainMs: 300_000,
};
const NEW = provisionedUsageKey(TERMS.scope, 'acme', NOW);
const KEY: UsageKeyRef = {
  value: provisionedUsageKey(TERMS.scope, 'acme', NOW - DAY),
  usagePlanId: 'plan-pro',
};
const MADE: UsageKeyRef = { ...KEY, keyId: 'id' };
const ATTACHED: UsageKeyRef = { ...MADE, attachedAt: NOW - 600_000 };
const OTHER: UsageKeyRef = { ...ATTACHED, value: provisionedUsageKey(TERMS.scope, 'acme', NOW - 2 * DAY) };

const step = (
  account: { plan?: string; accessUntil?: number; usageKey?: string } | undefined,
  state: Partial<UsageKeyState> = {},
) =>
  nextProvisioningStep(
    'acme',
    account && { plan: 'pro', accessUntil: NEVER, ...account },
    { ...NO_USAGE_KEYS, ...state },
    TERMS,
    NOW,
  );
const recorded = (state: Partial<UsageKeyState>) => ({
  kind: 'record',
  state: expect.objectContaining({ retired: [], ...state }),
});

describe('towards a key', () => {
  test.each([
    [
      'nothing yet: recorded before it is made',
      {},
      recorded({ next: { value: NEW, usagePlanId: 'plan-pro' } }),
    ],
    ['recorded: created', { next: KEY }, { kind: 'create', key: KEY }],
    ['created: attached', { next: MADE }, { kind: 'attach', key: MADE }],
    [
      'attached just now: waited for',
      { next: { ...MADE, attachedAt: NOW } },
      { kind: 'wait', until: NOW + 600_000 },
    ],
    [
      'attached an instant too short ago',
      { next: { ...MADE, attachedAt: NOW - 599_999 } },
      { kind: 'wait', until: NOW + 1 },
    ],
    ['honoured: the account is told', { next: ATTACHED }, { kind: 'name', key: ATTACHED }],
  ])('%s', (_, state, expected) => expect(step({}, state)).toEqual(expected));

  test('the account was told: the record follows', () => {
    expect(step({ usageKey: ATTACHED.value }, { next: ATTACHED })).toEqual(
      recorded({ current: ATTACHED, next: undefined }),
    );
  });

  test('nothing is left to do', () => {
    expect(step({ usageKey: ATTACHED.value }, { current: ATTACHED })).toEqual({ kind: 'done' });
  });
});

describe('no key', () => {
  test.each([
    ['an account that is not there', undefined],
    ['a plan without usage plan', { plan: 'free' }],
    ['a plan of that name of an object', { plan: 'constructor' }],
    ['no plan', { plan: undefined }],
    ['access that ended a week ago', { accessUntil: NOW - 7 * DAY }],
    ['access that is not a number', { accessUntil: Number.NaN }],
    ['a key that the seller made', { usageKey: accountUsageKey(TERMS.scope, 'acme') }],
  ])('for %s', (_, account) => expect(step(account)).toEqual({ kind: 'done' }));

  test('access that ended lately keeps its key', () => {
    expect(
      step({ accessUntil: NOW - 7 * DAY + 1, usageKey: ATTACHED.value }, { current: ATTACHED }).kind,
    ).toBe('done');
  });

  test('access that ended long ago gives it back', () => {
    expect(step({ accessUntil: 0, usageKey: ATTACHED.value }, { current: ATTACHED }).kind).toBe('unname');
  });
});

describe('a change of plan', () => {
  test('the new key is made beside the one in use', () => {
    expect(step({ plan: 'max', usageKey: ATTACHED.value }, { current: ATTACHED })).toEqual(
      recorded({ current: ATTACHED, next: { value: NEW, usagePlanId: 'plan-max' } }),
    );
  });

  test('the key in use is retired once the account was told', () => {
    const next = { ...OTHER, usagePlanId: 'plan-max' };
    expect(step({ plan: 'max', usageKey: next.value }, { current: ATTACHED, next })).toEqual(
      recorded({ current: undefined, next, retired: [{ ...ATTACHED, retiredAt: NOW }] }),
    );
  });

  test('a key that is no longer wanted before it was used is retired', () => {
    expect(step({ plan: 'max' }, { next: MADE })).toEqual(
      recorded({ next: undefined, retired: [{ ...MADE, retiredAt: NOW }] }),
    );
  });
});

describe('retired keys', () => {
  const retired = [{ ...OTHER, retiredAt: NOW - 299_999 }];

  test('are kept while environments may remember them', () => {
    expect(step({ usageKey: ATTACHED.value }, { current: ATTACHED, retired })).toEqual({
      kind: 'wait',
      until: NOW + 1,
    });
  });

  test('are deleted afterwards', () => {
    const overdue = { ...OTHER, retiredAt: NOW - 300_000 };
    expect(step({ usageKey: ATTACHED.value }, { current: ATTACHED, retired: [overdue] })).toEqual({
      kind: 'delete',
      key: overdue,
    });
  });

  test('one that the account was told to use all the same comes back, and is not deleted', () => {
    const overdue = { ...ATTACHED, retiredAt: NOW - 300_000 };
    expect(step({ usageKey: ATTACHED.value }, { retired: [overdue] })).toEqual(
      recorded({ current: { ...ATTACHED, retiredAt: undefined } }),
    );
  });

  test('the name of a key that was just given up is not used again', () => {
    const state = { retired: [{ value: NEW, usagePlanId: 'plan-pro', retiredAt: NOW }] };
    const result = step({}, state) as { state: UsageKeyState };
    expect(result.state.next!.value).toBe(provisionedUsageKey(TERMS.scope, 'acme', NOW + 1));
  });
});

test('a key of ours that nobody has a record of is not relied on', () => {
  expect(step({ usageKey: KEY.value })).toEqual({ kind: 'unname' });
});
