import { quotaContexts } from '../../lambda/authorizer/quota-context';
import { buildAccount, buildCatalogue } from './support/builders';

const UNCOUNTED = { remaining: '', limit: '', period: '', periodStart: '', periodEnd: '' };
const quotaOf = quotaContexts(buildCatalogue());

test('the quota of an account with an open period', () => {
  const account = buildAccount({ remaining: 42, quotaLimit: 500 });
  const told = {
    remaining: 42,
    limit: 500,
    period: 'month',
    periodStart: '2026-11-01T00:00:00.000Z',
    periodEnd: '2026-12-01T00:00:00.000Z',
  };
  expect(quotaOf(account)).toEqual(told);
  expect(quotaOf(account)).toEqual(told);
});

test('each record of an account is told as it is, and each authorizer has its own catalogue', () => {
  const earlier = buildAccount({ remaining: 42 });
  const later = { ...earlier, remaining: 41 };
  const [pro] = buildCatalogue().definition.plans.filter(({ id }) => id === 'pro');
  const dearer = { ...pro!, quota: { ...pro!.quota!, limit: 5 } };
  const elsewhere = quotaContexts(buildCatalogue({ plans: [dearer] }));
  expect(quotaOf(earlier)).toMatchObject({ remaining: 42, limit: 1000 });
  expect(quotaOf(later)).toMatchObject({ remaining: 41, limit: 1000 });
  expect(elsewhere(earlier)).toMatchObject({ remaining: 42, limit: 5 });
});

test.each([
  ['nobody', undefined],
  ['an account without plan', buildAccount({ plan: undefined })],
  ['an account on a plan without quota', buildAccount({ plan: 'open' })],
  ['an account on a plan that is no longer sold', buildAccount({ plan: 'retired' })],
  ['an account that has opened no period', buildAccount({ periodId: 'none' })],
])('nothing is told of the quota of %s', (_case, account) => {
  expect(quotaOf(account)).toEqual(UNCOUNTED);
});

test('where usage plans count, only the limit is told', () => {
  const counted = quotaContexts(buildCatalogue({ quotaEnforcement: 'usage-plan' }));
  expect(counted(buildAccount())).toEqual({ ...UNCOUNTED, limit: 1000 });
  expect(counted(undefined)).toEqual(UNCOUNTED);
});
