import { standingOf } from '../../cli/accounts/standing';
import { NEVER, type AccountRecord } from '../../lib/domain/account';
import { NOW } from '../helpers/now';
import { buildOffer } from '../helpers/offer';

const DAY_MS = 86_400_000;

function buildAccount(overrides: Partial<AccountRecord> = {}): AccountRecord {
  return {
    accountId: 'acme',
    plan: 'pro',
    planRev: 1,
    accessUntil: NEVER,
    lapseReason: 'no_subscription',
    anchorAt: NOW,
    periodId: 'month-1',
    periodEnd: NOW + DAY_MS,
    remaining: 7,
    keys: {},
    suspended: false,
    ...overrides,
  };
}

const show = (overrides: Partial<AccountRecord>) => standingOf(buildAccount(overrides), buildOffer(), NOW);

test.each<[string, Partial<AccountRecord>, object]>([
  ['a payer', {}, { status: 200, summary: 'served' }],
  [
    'a payer before the first request',
    { periodEnd: 0 },
    { status: 200, summary: expect.stringContaining('1000') },
  ],
  [
    'nobody',
    { plan: undefined },
    { status: 402, problem: expect.objectContaining({ reason: 'no_subscription' }) },
  ],
  [
    'a lapsed account',
    { accessUntil: NOW, lapseReason: 'payment_failed' },
    {
      status: 402,
      problem: expect.objectContaining({ reason: 'payment_failed', action: 'update_payment_method' }),
    },
  ],
  [
    'a spent quota',
    { remaining: 0 },
    { status: 402, problem: expect.objectContaining({ reason: 'quota_exceeded' }) },
  ],
  ['a suspended account', { suspended: true }, { status: 403 }],
  ['a plan that is no more', { plan: 'gone' }, { status: 503, summary: expect.stringContaining("'gone'") }],
])('%s is told', (_, overrides, expected) => expect(show(overrides).now).toMatchObject(expected));

test('an identified method asks for no payment', () => {
  const standing = standingOf(buildAccount({ plan: undefined }), buildOffer(), NOW, {
    httpMethod: 'GET',
    resource: '/account',
  });
  expect(standing.now.status).toBe(200);
});

test('a period that is over counts as full', () => {
  expect(show({ periodEnd: NOW - 1, remaining: 0 }).quota).toEqual({ limit: 1000, remaining: 1000 });
});

test('instants are ISO 8601, and null where nothing ends', () => {
  const keys = {
    aaa: { expiresAt: NEVER, scopes: [] },
    bbb: { expiresAt: NOW, scopes: ['billing'] },
  };
  expect(show({ keys })).toMatchObject({
    accessUntil: null,
    quota: { limit: 1000, remaining: 7, periodEnd: '2026-05-11T12:00:00.000Z' },
    keys: [
      { fingerprint: 'aaa', expiresAt: null, scopes: [] },
      { fingerprint: 'bbb', expiresAt: '2026-05-10T12:00:00.000Z', scopes: ['billing'] },
    ],
  });
});
