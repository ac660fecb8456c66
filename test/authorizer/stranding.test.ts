import { AccountMemories } from '../../lambda/authorizer/account-memory';
import { Admission } from '../../lambda/authorizer/admission';
import { buildAccount, buildCatalogue, FINGERPRINT, NOW } from './support/builders';
import { MemoryAccountStore } from './support/memory-account-store';

/** One account called at an even rate through several function environments, until `until` says stop. */
async function simulate(environments: number, perSecond: number, quota: number, seconds: number) {
  const store = new MemoryAccountStore(buildAccount({ remaining: quota, periodEnd: NOW + 86_400_000 }));
  const catalogue = buildCatalogue();
  const terms = { leaseDurationMs: 10_000, outageGraceMs: 0, admitKnownPayersMs: 0 };
  let time = NOW;
  const admissions = Array.from(
    { length: environments },
    () => new Admission(store, catalogue, new AccountMemories(), terms, () => time),
  );
  const route = catalogue.requirement({ httpMethod: 'GET', resource: '/hello' });
  const credential = { accountId: 'acme', fingerprint: FINGERPRINT };
  let admitted = 0;
  let refused = 0;
  for (let call = 0; call < seconds * perSecond * environments; call += 1) {
    const verdict = await admissions[call % environments]!.admit(credential, route);
    if (verdict.kind === 'allow') admitted += 1;
    else refused += 1;
    time += 1000 / (perSecond * environments);
  }
  const taken = quota - store.accounts.get('acme')!.remaining;
  return {
    admitted,
    refused,
    stranded: taken - admitted,
    writes: store.operations.filter((o) => o === 'take').length,
  };
}

describe('units stranded when a caller stops', () => {
  test.each([
    { environments: 1, perSecond: 10, quota: 1_000_000 },
    { environments: 8, perSecond: 10, quota: 1_000_000 },
    { environments: 64, perSecond: 10, quota: 1_000_000 },
    { environments: 16, perSecond: 200, quota: 1_000_000 },
    { environments: 64, perSecond: 10, quota: 1_000 },
  ])('at most one second of its own rate per environment: %j', async ({ environments, perSecond, quota }) => {
    for (const seconds of [0.3, 1, 1.7, 4]) {
      const { stranded } = await simulate(environments, perSecond, quota, seconds);
      expect(stranded).toBeLessThanOrEqual(environments * perSecond);
    }
  });

  test('a quota called until it is spent strands no more than the bound, and all the rest is served', async () => {
    const { admitted, refused, stranded } = await simulate(16, 10, 1000, 20);
    expect(refused).toBeGreaterThan(0);
    expect(admitted + stranded).toBe(1000);
    expect(stranded).toBeLessThanOrEqual(16 * 10);
  });

  test('a caller at a steady rate costs about one write per second and environment', async () => {
    const { admitted, writes } = await simulate(4, 100, 1_000_000, 10);
    expect(admitted).toBe(4000);
    // The first second ramps up from single units: each lease holds the rate that was seen so far.
    expect(writes).toBeLessThanOrEqual(4 * (10 + 10));
  });
});
