import { hash } from 'node:crypto';
import { fromAccountItem, newAccountRecord, toAccountItem } from '../../lambda/store/account-item';
import type { AttributeValue, Item } from '../../lambda/store/dynamodb-client';
import { MAX_KEYS_PER_ACCOUNT, NEVER, type AccountRecord } from '../../lib/domain/account';
import { dayOf } from '../../lib/domain/daily-usage';
import { digestText } from '../../lib/domain/digest-text';
import { provisionedUsageKey } from '../../lib/domain/usage-key';

const NOW = Date.UTC(2026, 10, 22, 12, 34, 56, 789);
/** A month, and the week that is kept beside it. */
const MOST_DAYS = 38;

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
function sizeOf(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return Math.ceil(value.N.replace(/\D|0+$/g, '').length / 2) + 1;
  if ('M' in value) return 3 + Object.values(value.M).length + membersOf(value.M);
  if ('L' in value) return 3 + value.L.reduce((sum, member) => sum + 1 + sizeOf(member), 0);
  return 1;
}

function membersOf(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value),
    0,
  );
}

function busyAccount(keys: number, scopes: readonly string[]): AccountRecord {
  const accountId = 'acmecorp12';
  const today = dayOf(NOW);
  return {
    ...newAccountRecord(
      { accountId, plan: 'pro', access: { accessUntil: NOW, lapseReason: 'payment_failed' } },
      NOW,
    ),
    paidUntil: NOW,
    quantity: 1,
    billingRev: 12,
    periodId: 'month-20261101T000000Z',
    periodEnd: Date.UTC(2026, 11, 1),
    remaining: 654_321,
    daily: Object.fromEntries(Array.from({ length: MOST_DAYS }, (_, ago) => [today - ago, 12_345 + ago])),
    usageKey: provisionedUsageKey('a1b2c3d4e5f6', accountId, NOW),
    keys: Object.fromEntries(
      Array.from({ length: keys }, (_, index) => [
        digestText(hash('sha256', String(index), 'base64url')),
        { expiresAt: NEVER, scopes, lastUsedDay: today },
      ]),
    ),
  };
}

/** What docs/costs.md and ADR 8 say that the keys of an account cost. */
test.each([
  [1, [], 1],
  [5, [], 1],
  [MAX_KEYS_PER_ACCOUNT, [], 5],
  [MAX_KEYS_PER_ACCOUNT, ['keys:manage', 'billing'], 6],
] as const)('a write to an account with %i keys of the scopes %j takes %i units', (keys, scopes, units) => {
  const account = busyAccount(keys, scopes);
  const item = toAccountItem(account);
  expect(Math.ceil(membersOf(item) / 1024)).toBe(units);
  expect(fromAccountItem(account.accountId, item)).toMatchObject({ daily: account.daily });
});
