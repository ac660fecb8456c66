import type { RouteRequirement } from '../../lib/domain/catalogue';
import { AccountMemories } from '../../lambda/authorizer/account-memory';
import { Admission } from '../../lambda/authorizer/admission';
import { buildAccount, buildCatalogue, NOW } from './support/builders';
import { MemoryAccountStore } from './support/memory-account-store';

const OPTIONS = { leaseDurationMs: 10_000, outageGraceMs: 30_000, admitKnownPayersMs: 60_000 };
const SCOPED: RouteRequirement = { routeClass: 'paid', scope: 'export', cost: 1, plans: ['pro'] };
const PLAIN = token();
const WIDE = token('export');

function token(...scopes: string[]) {
  return { accountId: 'acme', scopes };
}

function start() {
  const store = new MemoryAccountStore(buildAccount());
  let now = NOW;
  const admission = new Admission(store, buildCatalogue(), new AccountMemories(), OPTIONS, () => now);
  const call = (credential = PLAIN, route: RouteRequirement = { ...SCOPED, scope: undefined }) =>
    admission.admit(credential, route);
  return { store, call, wait: (ms: number) => (now += ms) };
}

const SCOPE_MISSING = { kind: 'refuse', refusal: { kind: 'forbidden', cause: 'scope_missing' } };

test('a token without the scope of a route takes no unit for it', async () => {
  const { call, store } = start();
  expect(await call(PLAIN, SCOPED)).toMatchObject(SCOPE_MISSING);
  expect(store.operations).toEqual(['read']);
});

test('a token with the scope takes its unit in one write', async () => {
  const { call, store } = start();
  expect(await call(WIDE, SCOPED)).toMatchObject({ kind: 'allow', path: 'take' });
  expect(store.operations).toEqual(['take']);
});

describe('a token does not borrow the scopes of another token of the account', () => {
  test('from its lease', async () => {
    const { call } = start();
    for (let index = 0; index < 5; index += 1) await call(WIDE, SCOPED);
    expect(await call(PLAIN, SCOPED)).toMatchObject(SCOPE_MISSING);
    expect(await call(WIDE, SCOPED)).toMatchObject({ kind: 'allow' });
  });

  test.each([
    ['while its units are honoured in an outage', 15_000],
    ['as a known payer', 50_000],
  ])('%s', async (_, later) => {
    const { call, store, wait } = start();
    for (let index = 0; index < 5; index += 1) await call(WIDE, SCOPED);
    store.fate = () => 'refused-connection';
    wait(later);
    expect(await call(PLAIN, SCOPED)).toMatchObject({ kind: 'unavailable' });
    expect(await call(WIDE, SCOPED)).toMatchObject({ kind: 'allow', path: 'outage' });
  });
});
