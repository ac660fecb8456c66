import fc from 'fast-check';
import { ACCOUNT_ID_PATTERN } from '../../lib/domain/key';
import {
  accountUsageKey,
  isOfAnotherPaywall,
  parseProvisionedUsageKey,
  poolIndexOf,
  poolUsageKey,
  provisionedUsageKey,
} from '../../lib/domain/usage-key';

const accountIds = fc.stringMatching(ACCOUNT_ID_PATTERN);
/** 40 characters: what leaves room for the longest account id. */
const SCOPE = 'Stack-Paywall-0123456789abcdef0123456789';

test('values are of a length that API Gateway accepts: 20 to 128 characters', () => {
  fc.assert(
    fc.property(accountIds, fc.nat(999), (accountId, index) => {
      for (const value of [accountUsageKey(SCOPE, accountId), poolUsageKey(SCOPE, index)]) {
        expect(value.length).toBeGreaterThanOrEqual(20);
        expect(value.length).toBeLessThanOrEqual(128);
      }
    }),
  );
});

test('no two accounts, and no account and pool, have the same value', () => {
  fc.assert(
    fc.property(fc.uniqueArray(accountIds, { maxLength: 20 }), fc.nat(999), (ids, index) => {
      const values = [...ids.map((id) => accountUsageKey(SCOPE, id)), poolUsageKey(SCOPE, index)];
      expect(new Set(values).size).toBe(values.length);
    }),
  );
});

test('a key of another paywall is told from one of ours, and from one that the seller has named', () => {
  const other = 'Stack-Other-0123456789abcdef0123456789';
  fc.assert(
    fc.property(accountIds, fc.nat(2e12), (accountId, createdAt) => {
      const keys = (scope: string) => [
        accountUsageKey(scope, accountId),
        provisionedUsageKey(scope, accountId, createdAt),
      ];
      for (const key of keys(other)) expect(isOfAnotherPaywall(SCOPE, key)).toBe(true);
      for (const key of keys(SCOPE)) expect(isOfAnotherPaywall(SCOPE, key)).toBe(false);
    }),
  );
  expect(isOfAnotherPaywall(SCOPE, 'the key of a large customer')).toBe(false);
});

test('an account always shares the same pool key, one of those that there are', () => {
  fc.assert(
    fc.property(accountIds, fc.integer({ min: 1, max: 64 }), (accountId, poolKeys) => {
      const index = poolIndexOf(accountId, poolKeys);
      expect(index).toBe(poolIndexOf(accountId, poolKeys));
      expect(Number.isInteger(index) && index >= 0 && index < poolKeys).toBe(true);
    }),
  );
});

test('accounts spread over the pool: no key holds more than twice its share', () => {
  const counts = new Array<number>(8).fill(0);
  for (let i = 0; i < 8_000; i += 1) counts[poolIndexOf(`account${i}`, 8)]! += 1;
  expect(Math.max(...counts)).toBeLessThan(2_000);
});

describe('keys of the provisioner', () => {
  const instants = fc.integer({ min: 0, max: Date.parse('5000-01-01T00:00:00Z') });

  test('tell their account and age, and nothing else is one of them', () => {
    fc.assert(
      fc.property(accountIds, instants, fc.nat(999), (accountId, createdAt, index) => {
        const value = provisionedUsageKey(SCOPE, accountId, createdAt);
        expect(parseProvisionedUsageKey(SCOPE, value)).toEqual({ accountId, createdAt });
        expect(parseProvisionedUsageKey(`${SCOPE}2`, value)).toBeUndefined();
        expect(parseProvisionedUsageKey(SCOPE, accountUsageKey(SCOPE, accountId))).toBeUndefined();
        expect(parseProvisionedUsageKey(SCOPE, poolUsageKey(SCOPE, index))).toBeUndefined();
      }),
    );
  });

  test('are of a length that API Gateway accepts, whatever the name of the stack', () => {
    // The longest scope: 40 characters of name, a hyphen and a UUID.
    const value = provisionedUsageKey('x'.repeat(77), 'a'.repeat(40), Date.parse('2059-01-01'));
    expect(value.length).toBeLessThanOrEqual(128);
  });
});
