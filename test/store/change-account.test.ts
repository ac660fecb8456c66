import { AccountAdmin } from '../../lambda/store/account-admin';
import type { AccountChange } from '../../lambda/store/change-account';
import type { AccountRecord } from '../../lib/domain/account';
import { drawFromPeriod } from '../../lib/domain/quota';
import type { PlanDefinition } from '../../lib/domain/plan';
import { dynamoDbTargets } from '../helpers/dynamodb-targets';
import { AccountsTable, buildAccount, FINGERPRINT, NOW, TABLE } from './fixtures';

const plan = (id: string, limit: number | undefined, period: 'day' | 'month' = 'month'): PlanDefinition => ({
  id,
  kind: 'paid',
  ...(limit !== undefined && { quota: { limit, period, anchor: 'calendar' } }),
  trialDays: 0,
  graceDays: 0,
});
const PLANS = [plan('pro', 100), plan('large', 1000), plan('daily', 50, 'day'), plan('open', undefined)];

/** 90 of 100 units are used. */
const SEEN = { planRev: 3, remaining: 10 } as const;

describe.each(dynamoDbTargets)('changes of an account on $name', (target) => {
  let table: AccountsTable;
  let admin: AccountAdmin;
  beforeAll(async () => {
    table = await AccountsTable.on(target);
    admin = new AccountAdmin(table.client, TABLE, () => NOW);
  });
  afterAll(() => table.close());

  test.each<[string, Partial<AccountRecord>, AccountChange, Partial<AccountRecord>]>([
    ['a larger plan adds the difference', {}, { plan: 'large' }, { plan: 'large', remaining: 910 }],
    [
      'a smaller plan takes it away, below nothing',
      { plan: 'large', remaining: 200 },
      { plan: 'pro' },
      { plan: 'pro', remaining: -700 },
    ],
    ['a limit of its own', {}, { quotaLimit: 95 }, { quotaLimit: 95, remaining: 5 }],
    ['the limit of the plan again', { quotaLimit: 95 }, { quotaLimit: null }, { remaining: 15 }],
    [
      'a plan that the own limit outlives',
      { quotaLimit: 95 },
      { plan: 'large' },
      { plan: 'large', quotaLimit: 95 },
    ],
    [
      'plan and limit together',
      {},
      { plan: 'large', quotaLimit: 120 },
      { plan: 'large', quotaLimit: 120, remaining: 30 },
    ],
    [
      'a plan of another period, less what was used',
      {},
      { plan: 'daily' },
      {
        plan: 'daily',
        remaining: -40,
        periodId: 'day-20261122T000000Z',
        periodEnd: Date.parse('2026-11-23T00:00:00Z'),
        overage: 0,
      },
    ],
    [
      'a plan without quota',
      {},
      { plan: 'open' },
      // What was used of the period, for when a plan with a quota is back.
      { plan: 'open', remaining: -90 },
    ],
    ['the routes of another plan', {}, { routesOf: 'large' }, { routesOf: 'large' }],
    ['its own routes again', { routesOf: 'large' }, { routesOf: null }, {}],
    [
      'access until an instant',
      {},
      { access: { accessUntil: NOW + 5, lapseReason: 'no_subscription' } },
      { accessUntil: NOW + 5, lapseReason: 'no_subscription' },
    ],
    ['a suspension', {}, { suspended: true }, { suspended: true }],
    ['the end of a suspension', { suspended: true }, { suspended: false }, { suspended: false }],
  ])('%s', async (_case, account, change, expected) => {
    const before = buildAccount({ ...SEEN, ...account });
    await table.put(before);
    const changed = await admin.changeAccount('acme', change, PLANS);
    const after: AccountRecord = {
      ...before,
      ...(change.quotaLimit === null && { quotaLimit: undefined }),
      ...(change.routesOf === null && { routesOf: undefined }),
      ...expected,
      planRev: 4,
    };
    expect(changed).toEqual({ before, after });
    expect(await admin.findAccount('acme')).toEqual(after);
  });

  test('no way round by a plan without quota makes a period fresh', async () => {
    const before = buildAccount(SEEN);
    await table.put(before);
    for (const plan of ['open', 'large', 'open', 'pro']) await admin.changeAccount('acme', { plan }, PLANS);
    const { periodId, periodEnd, remaining } = before;
    expect(await admin.findAccount('acme')).toMatchObject({ plan: 'pro', periodId, periodEnd, remaining });
  });

  test('writes nothing when nothing changes', async () => {
    const before = buildAccount(SEEN);
    await table.put(before);
    const change = { plan: 'pro', quotaLimit: null, routesOf: null, suspended: false };
    expect(await admin.changeAccount('acme', change, PLANS)).toEqual({ before, after: before });
  });

  test('is a conflict for nobody', async () => {
    const change = admin.changeAccount('nobody', { plan: 'pro' }, PLANS);
    await expect(change).rejects.toMatchObject({ name: 'AccountConflict', code: 'no_such_account' });
  });

  test('neither loses nor makes a unit while requests take some and others change the plan', async () => {
    await table.put(buildAccount({ ...SEEN, plan: 'large', remaining: 500 }));
    const take = () =>
      table.store.take({
        credential: { accountId: 'acme', fingerprint: FINGERPRINT },
        plans: ['pro', 'large'],
        now: NOW,
        draw: drawFromPeriod(1),
      });
    const limits = [300, 700, null, 800];
    const [, ...results] = await Promise.all([
      Promise.all(limits.map((quotaLimit) => admin.changeAccount('acme', { quotaLimit }, PLANS))),
      ...Array.from({ length: 60 }, take),
    ]);
    await admin.changeAccount('acme', { plan: 'large', quotaLimit: null }, PLANS);
    const taken = results.filter(({ kind }) => kind === 'taken').length;
    expect(await admin.findAccount('acme')).toMatchObject({ plan: 'large', remaining: 500 - taken });
  });
});
