import { toAccountItem } from '../../lambda/store/account-item';
import type { RollOverRequest, TakeRequest } from '../../lambda/store/account-store';
import type { Item } from '../../lambda/store/dynamodb-client';
import { NEVER, type AccountRecord } from '../../lib/domain/account';
import { dayOf } from '../../lib/domain/daily-usage';
import { drawFromPeriod, unitsOf, type Draw } from '../../lib/domain/quota';
import { dynamoDbTargets } from '../helpers/dynamodb-targets';
import { AccountsTable, buildAccount, FINGERPRINT, NOW, PERIOD_END } from './fixtures';

const take: TakeRequest = {
  credential: { accountId: 'acme', fingerprint: FINGERPRINT },
  plans: ['free', 'pro'],
  now: NOW,
  draw: drawFromPeriod(3),
};

const draw = (remaining: number, credits: number, overage: number): Draw => ({ remaining, credits, overage });

const NEXT = { id: 'month-20261201T000000Z', start: PERIOD_END, end: PERIOD_END + 1000 };
const rollOver: RollOverRequest = {
  credential: take.credential,
  plans: take.plans,
  now: NOW,
  from: { periodId: 'month-20261101T000000Z', planRev: 3 },
  to: NEXT,
  remaining: 99,
  units: 1,
  closesOverage: false,
};

const TODAY = dayOf(NOW);

/** The account when units have been charged to it today, by its key unless a token has asked. */
function charged(account: AccountRecord, units: number, byKey = true): AccountRecord {
  const grant = account.keys[FINGERPRINT]!;
  return {
    ...account,
    daily: { ...account.daily, [TODAY]: (account.daily?.[TODAY] ?? 0) + units },
    ...(byKey && { keys: { ...account.keys, [FINGERPRINT]: { ...grant, lastUsedDay: TODAY } } }),
  };
}

/** One condition broken at a time; all else would admit. */
const NEVER_ADMITTED: [string, Partial<AccountRecord>, Partial<TakeRequest>][] = [
  ['the access ends at this instant', { accessUntil: NOW }, {}],
  ['the account has no plan', { plan: undefined }, {}],
  ['the plan lacks the route', { plan: 'basic' }, {}],
  [
    'the plan lacks the route, and routes of another are not asked for',
    { plan: 'basic', routesOf: 'pro' },
    {},
  ],
  ['the account has the routes of no other plan', {}, { routesOf: 'large' }],
  ['the account has the routes of yet another plan', { routesOf: 'basic' }, { routesOf: 'large' }],
  ['the account is suspended', { suspended: true }, {}],
  ['the key is unknown', {}, { credential: { accountId: 'acme', fingerprint: 'other' } }],
  ['the key expires at this instant', { keys: { [FINGERPRINT]: { expiresAt: NOW, scopes: [] } } }, {}],
  ['the account has no keys', { keys: {} }, {}],
  ['the key lacks the scope', {}, { scope: 'keys:manage' }],
  ['the scope is a part of one that the key has', {}, { scope: 'bill' }],
];

describe.each(dynamoDbTargets)('account store on $name', (target) => {
  let table: AccountsTable;
  beforeAll(async () => (table = await AccountsTable.on(target)));
  afterAll(() => table.close());

  const remaining = async (): Promise<number | undefined> => (await table.store.read('acme'))?.remaining;

  describe('read', () => {
    test.each<[string, Partial<AccountRecord>]>([
      ['a full account', {}],
      ['an account without plan and usage key', { plan: undefined, usageKey: undefined }],
      ['a suspended account', { suspended: true }],
      ['an account without keys', { keys: {} }],
      ['an account that owes units', { remaining: -7 }],
      ['access without end', { accessUntil: NEVER }],
      ['an account with terms of its own', { quotaLimit: 5_000, routesOf: 'pro' }],
    ])('returns %s as it was stored', async (_case, overrides) => {
      const account = buildAccount(overrides);
      await table.put(account);
      expect(await table.store.read('acme')).toEqual(account);
    });

    test('returns undefined for nobody', async () => {
      expect(await table.store.read('nobody')).toBeUndefined();
    });
  });

  describe('take', () => {
    test.each<[string, Partial<AccountRecord>, Partial<TakeRequest>]>([
      ['a known key', {}, {}],
      ['all that remains', { remaining: 3 }, {}],
      ['the last millisecond of the period', { periodEnd: NOW + 1 }, {}],
      ['a key that carries the scope', {}, { scope: 'billing' }],
      ['a key in its last millisecond', { keys: { [FINGERPRINT]: { expiresAt: NOW + 1, scopes: [] } } }, {}],
      ['the routes of another plan', { routesOf: 'large' }, { routesOf: 'large' }],
      ['a token, which needs no key', { keys: {} }, { credential: { accountId: 'acme' } }],
      [
        'a token, which needs no scope',
        { keys: {} },
        { credential: { accountId: 'acme' }, scope: 'billing' },
      ],
    ])('subtracts for %s and returns the new item', async (_case, account, request) => {
      const stored = buildAccount(account);
      await table.put(stored);
      const result = await table.store.take({ ...take, ...request });
      expect(result).toEqual({
        kind: 'taken',
        account: charged(
          { ...stored, remaining: stored.remaining - 3 },
          3,
          request.credential === undefined || request.credential.fingerprint !== undefined,
        ),
      });
      expect(await remaining()).toBe(stored.remaining - 3);
    });

    test.each([
      ...NEVER_ADMITTED,
      ['one unit is missing', { remaining: 2 }, {}] as const,
      ['the period ends at this instant', { periodEnd: NOW }, {}] as const,
      ['the account has not opened a period', { periodEnd: 0, remaining: 0 }, {}] as const,
    ])('refuses, and returns the old item, when %s', async (_case, account, request) => {
      const stored = buildAccount(account);
      await table.put(stored);
      expect(await table.store.take({ ...take, ...request })).toEqual({ kind: 'refused', account: stored });
      expect(await remaining()).toBe(stored.remaining);
    });

    test.each<[string, Partial<AccountRecord>, Draw, number | undefined, Partial<AccountRecord>]>([
      ['credits', { remaining: 0, credits: 9 }, draw(0, 4, 0), undefined, { remaining: 0, credits: 5 }],
      [
        'the rest and credits',
        { remaining: 2, credits: 4 },
        draw(2, 4, 0),
        undefined,
        { remaining: 0, credits: 0 },
      ],
      [
        'credits of a debtor',
        { remaining: -3, credits: 4 },
        draw(0, 1, 0),
        undefined,
        { remaining: -3, credits: 3 },
      ],
      ['a first overage', { remaining: 0 }, draw(0, 0, 4), 4, { remaining: 0, overage: 4 }],
      ['more overage', { remaining: 0, overage: 6 }, draw(0, 0, 4), 10, { remaining: 0, overage: 10 }],
      ['all three', { remaining: 1, credits: 1 }, draw(1, 1, 1), 1, { remaining: 0, credits: 0, overage: 1 }],
    ])('draws from %s', async (_case, account, units, maxOverage, expected) => {
      const stored = buildAccount(account);
      await table.put(stored);
      expect(await table.store.take({ ...take, draw: units, maxOverage })).toEqual({
        kind: 'taken',
        account: charged({ ...stored, ...expected }, unitsOf(units)),
      });
    });

    test.each<[string, Partial<AccountRecord>, Draw, number | undefined]>([
      ['a credit is missing', { remaining: 0, credits: 3 }, draw(0, 4, 0), undefined],
      ['there are no credits', { remaining: 0 }, draw(0, 4, 0), undefined],
      ['the plan allows no overage', { remaining: 0 }, draw(0, 0, 1), undefined],
      ['the overage would pass its bound', { remaining: 0, overage: 7 }, draw(0, 0, 4), 10],
      ['the period has units again', { remaining: 5, credits: 9 }, draw(0, 4, 0), undefined],
    ])('refuses to draw when %s', async (_case, account, units, maxOverage) => {
      const stored = buildAccount(account);
      await table.put(stored);
      const result = await table.store.take({ ...take, draw: units, maxOverage });
      expect(result).toEqual({ kind: 'refused', account: stored });
    });

    test('refuses for nobody, and creates no account', async () => {
      const credential = { accountId: 'nobody', fingerprint: FINGERPRINT };
      expect(await table.store.take({ ...take, credential })).toEqual({
        kind: 'refused',
        account: undefined,
      });
      expect(await table.store.read('nobody')).toBeUndefined();
    });

    test('never oversells under 60 concurrent callers', async () => {
      await table.put(buildAccount({ remaining: 100 }));
      const results = await Promise.all(Array.from({ length: 60 }, () => table.store.take(take)));
      expect(results.filter((result) => result.kind === 'taken')).toHaveLength(33);
      expect(await remaining()).toBe(1);
    });
  });

  describe('rollOver', () => {
    test('opens the next period', async () => {
      const stored = buildAccount({ periodEnd: NOW });
      await table.put(stored);
      expect(await table.store.rollOver(rollOver)).toEqual({
        kind: 'taken',
        account: charged({ ...stored, periodId: NEXT.id, periodEnd: NEXT.end, remaining: 99 }, 1),
      });
    });

    test('forgets the days from before a week ago', async () => {
      const daily = { [TODAY - 30]: 1, [TODAY - 7]: 2, [TODAY - 6]: 3, [TODAY]: 4 };
      const stored = buildAccount({ periodEnd: NOW, daily });
      await table.put(stored);
      const result = await table.store.rollOver({ ...rollOver, from: stored, units: 5 });
      expect(result).toMatchObject({ kind: 'taken' });
      expect((await table.store.read('acme'))!.daily).toEqual({ [TODAY - 6]: 3, [TODAY]: 9 });
    });

    test('that takes no unit counts none', async () => {
      await table.put(buildAccount({ periodEnd: NOW }));
      await table.store.rollOver({ ...rollOver, units: 0 });
      expect(await table.store.read('acme')).not.toHaveProperty('daily');
    });

    test('puts the overage of the old period aside, and leaves credits alone', async () => {
      await table.put(buildAccount({ periodEnd: NOW, overage: 7, credits: 5 }));
      const closing = { ...rollOver, closesOverage: true };
      expect(await table.store.rollOver(closing)).toMatchObject({
        account: { overage: 0, credits: 5, remaining: 99 },
      });
      expect((await table.item()).overageClosed).toEqual({ N: '7' });
    });

    test.each([
      ...NEVER_ADMITTED,
      ['the period is another one', { periodId: 'month-20261001T000000Z' }, {}] as const,
      ['the period is not over', { periodEnd: NOW + 1 }, {}] as const,
      ['the account is on another plan than the period is for', {}, { plans: ['free'] }] as const,
      ['plan or limit have changed since the account was read', { planRev: 4 }, {}] as const,
      ['a payment has come in since the account was read', { billingRev: 1 }, {}] as const,
    ])('refuses when %s', async (_case, account, request) => {
      const stored = buildAccount({ periodEnd: NOW, ...account });
      await table.put(stored);
      const result = await table.store.rollOver({ ...rollOver, ...request });
      expect(result).toEqual({ kind: 'refused', account: stored });
      expect(await table.store.read('acme')).toEqual(stored);
    });

    test('lets one of 50 concurrent callers win, even when the name of the period stays', async () => {
      await table.put(buildAccount({ periodEnd: NOW, remaining: 0 }));
      const sameName = { ...rollOver, to: { ...NEXT, id: rollOver.from.periodId } };
      const results = await Promise.all(Array.from({ length: 50 }, () => table.store.rollOver(sameName)));
      expect(results.filter((result) => result.kind === 'taken')).toHaveLength(1);
      expect(await remaining()).toBe(99);
    });
  });

  describe('charge', () => {
    test('subtracts beyond what remains', async () => {
      await table.put(buildAccount({ remaining: 2 }));
      await table.store.charge('acme', 5, NOW);
      expect(await remaining()).toBe(-3);
    });

    test('is a fault for nobody, and creates no account', async () => {
      await expect(table.store.charge('nobody', 5, NOW)).rejects.toMatchObject({
        name: 'StoreFault',
        outcome: 'not-applied',
      });
      expect(await table.store.read('nobody')).toBeUndefined();
    });
  });

  describe('noteUse', () => {
    test('writes the day of the key and nothing else', async () => {
      const stored = buildAccount();
      await table.put(stored);
      await table.store.noteUse('acme', FINGERPRINT, NOW);
      expect(await table.store.read('acme')).toEqual({ ...charged(stored, 0), daily: undefined });
    });

    test('does nothing for a key that is no more, or for nobody', async () => {
      const stored = buildAccount();
      await table.put(stored);
      await table.store.noteUse('acme', 'revoked', NOW);
      await table.store.noteUse('nobody', FINGERPRINT, NOW);
      expect(await table.store.read('acme')).toEqual(stored);
      expect(await table.store.read('nobody')).toBeUndefined();
    });
  });

  test('units of one day add up, those of the next are counted for themselves', async () => {
    await table.put(buildAccount());
    await Promise.all([1, 2, 3].map(() => table.store.take({ ...take, draw: drawFromPeriod(2) })));
    await table.store.charge('acme', 1, NOW);
    const tomorrow = NOW + 86_400_000;
    await table.put({ ...(await table.store.read('acme'))!, accessUntil: NEVER });
    await table.store.take({ ...take, now: tomorrow, draw: drawFromPeriod(1) });
    expect(await table.store.read('acme')).toMatchObject({
      daily: { [TODAY]: 7, [TODAY + 1]: 1 },
      keys: { [FINGERPRINT]: { lastUsedDay: TODAY + 1 } },
    });
  });

  describe('a damaged item', () => {
    const damaged: [string, Item][] = [
      ['accessUntil is missing', { accessUntil: undefined! }],
      ['accessUntil is a text', { accessUntil: { S: 'tomorrow' } }],
      ['remaining is missing', { remaining: undefined! }],
      ['periodEnd is missing', { periodEnd: undefined! }],
      ['planRev is missing', { planRev: undefined! }],
      ['lapseReason is none of ours', { lapseReason: { S: 'because' } }],
    ];

    test.each(damaged)('is a fault to read when %s', async (_case, damage) => {
      await table.putItem({ ...toAccountItem(buildAccount()), ...damage });
      await expect(table.store.read('acme')).rejects.toMatchObject({ name: 'StoreFault' });
    });

    test.each(damaged)('is a fault to take from when %s', async (_case, damage) => {
      await table.putItem({ ...toAccountItem(buildAccount()), ...damage });
      await expect(table.store.take(take)).rejects.toMatchObject({ name: 'StoreFault' });
    });

    test('says that a take whose answer cannot be read may have happened', async () => {
      await table.putItem({ ...toAccountItem(buildAccount()), lapseReason: { S: 'because' } });
      await expect(table.store.take(take)).rejects.toMatchObject({ outcome: 'unknown' });
    });

    test('admits an account whose suspension was lifted by hand', async () => {
      await table.putItem({ ...toAccountItem(buildAccount()), suspended: { BOOL: false } });
      expect(await table.store.take(take)).toMatchObject({ kind: 'taken', account: { suspended: false } });
    });

    test('admits nobody by a key whose grant cannot be read', async () => {
      await table.putItem({ ...toAccountItem(buildAccount()), keys: { M: { [FINGERPRINT]: { S: 'yes' } } } });
      const result = await table.store.take(take);
      expect(result).toMatchObject({
        kind: 'refused',
        account: { keys: { [FINGERPRINT]: { expiresAt: 0 } } },
      });
    });
  });

  test(`a refusal costs ${target.returnsItemOfFailedCondition ? 'no read' : 'a read'}`, async () => {
    await table.put(buildAccount({ remaining: 0 }));
    const send = jest.spyOn(table.client, 'send');
    await table.store.take(take);
    expect(send.mock.calls.map(([operation]) => operation)).toEqual(
      target.returnsItemOfFailedCondition ? ['UpdateItem'] : ['UpdateItem', 'GetItem'],
    );
    send.mockRestore();
  });
});
