import fc from 'fast-check';
import type { AccountRecord } from '../../lib/domain/account';
import { periodAt } from '../../lib/domain/period';
import { periodLimit } from '../../lib/domain/quota';
import { AccountMemories } from '../../lambda/authorizer/account-memory';
import { Admission, type Verdict } from '../../lambda/authorizer/admission';
import { buildAccount, buildCatalogue, FINGERPRINT } from './support/builders';
import { MemoryAccountStore, type Fate } from './support/memory-account-store';

/**
 * Many function environments, one account, and everything that goes wrong between them: crashes, clocks that differ
 * by seconds, lost writes, refused connections, the end of a period in mid-flight, plans and limits that an operator
 * changes meanwhile.
 */

// Thousands of schedules each: how busy the machine is must not decide.
jest.setTimeout(180_000);

/** Ten seconds before a day ends, so that schedules cross into the next period. */
const START = Date.parse('2026-11-22T23:59:50Z');
const CREDENTIAL = { accountId: 'acme', fingerprint: FINGERPRINT };
const TERMS = { leaseDurationMs: 2000, outageGraceMs: 3000, admitKnownPayersMs: 0 };

/** One, five and sixty units: the dear ones spend a quota that is large enough for leases of the cheap one. */
const ROUTES = ['GET /hello', 'GET /hello', 'GET /dear', 'GET /huge'] as const;
const QUOTAS = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 61, max: 2000 }));

type Step =
  | { kind: 'call'; environment: number; route: (typeof ROUTES)[number]; fate: Fate; ticks: number }
  | { kind: 'wait'; ms: number }
  /** An operator gives the account another plan, or a limit of its own, or takes that away. */
  | { kind: 'change'; change: { plan?: string; quotaLimit?: number | null }; ticks: number }
  | { kind: 'crash'; environment: number };

interface Schedule {
  readonly quota: number;
  readonly credits: number;
  readonly maxOverage: number;
  /** Offset of each environment's clock, milliseconds. */
  readonly skews: readonly number[];
  /** Steps of one batch run at the same time. */
  readonly batches: readonly (readonly Step[])[];
}

const fates = (faulty: boolean): fc.Arbitrary<Fate> =>
  faulty
    ? fc.oneof(
        { weight: 12, arbitrary: fc.constant<Fate>('answered') },
        { weight: 1, arbitrary: fc.constantFrom<Fate>('lost', 'vanished', 'refused-connection') },
      )
    : fc.constant<Fate>('answered');

const CHANGES = fc.oneof(
  fc.record({ plan: fc.constantFrom('pro', 'large') }),
  fc.record({ quotaLimit: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 3000 })) }),
);

const schedules = (quota: fc.Arbitrary<number>, faulty: boolean, changing = false): fc.Arbitrary<Schedule> =>
  fc.integer({ min: 1, max: 4 }).chain((environments) => {
    const environment = fc.nat({ max: environments - 1 });
    const step = fc.oneof(
      {
        weight: 20,
        arbitrary: fc.record({
          kind: fc.constant('call' as const),
          environment,
          route: fc.constantFrom(...ROUTES),
          fate: fates(faulty),
          ticks: fc.nat({ max: 6 }),
        }),
      },
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('wait' as const),
          ms: fc.constantFrom(1, 40, 300, 1000, 2500, 6000),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), environment }) },
      ...(changing
        ? [
            {
              weight: 2,
              arbitrary: fc.record({
                kind: fc.constant('change' as const),
                change: CHANGES,
                ticks: fc.nat({ max: 6 }),
              }),
            },
          ]
        : []),
    );
    return fc.record({
      quota,
      credits: fc.constantFrom(0, 0, 7, 130),
      maxOverage: fc.constantFrom(0, 0, 5, 90),
      skews: fc.array(fc.integer({ min: -3000, max: 3000 }), {
        minLength: environments,
        maxLength: environments,
      }),
      batches: fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 14 }),
    });
  });

interface Outcome {
  readonly verdict: Verdict;
  readonly cost: number;
  /** The item when the verdict was reached. */
  readonly item: AccountRecord;
}

/** @param onWrite receives the account after each write, and the limit of its period by then */
async function run(
  schedule: Schedule,
  onWrite: (account: AccountRecord, limit: number) => void = () => undefined,
): Promise<Outcome[]> {
  const { credits, maxOverage, quota: limit } = schedule;
  const quota = { limit, maxOverage, period: 'day', anchor: 'calendar' } as const;
  const catalogue = buildCatalogue({
    plans: [
      { id: 'pro', kind: 'paid', quota, trialDays: 0, graceDays: 0 },
      { id: 'large', kind: 'paid', quota: { ...quota, limit: limit * 3 }, trialDays: 0, graceDays: 0 },
    ],
    routes: [
      { pattern: 'GET /dear', routeClass: 'paid', cost: 5 },
      { pattern: 'GET /huge', routeClass: 'paid', cost: 60 },
    ],
  });
  const period = periodAt('day', 'calendar', 0, START);
  const store = new MemoryAccountStore(
    buildAccount({ periodId: period.id, periodEnd: period.end, remaining: schedule.quota, credits }),
  );
  store.onWrite = (account) =>
    onWrite(account, periodLimit(catalogue.plan(account.plan!)!, account, account.periodEnd));
  const pending: { fate: Fate; ticks: number }[] = [];
  store.fate = () => pending.shift()?.fate ?? 'answered';
  store.ticks = () => pending[0]?.ticks ?? 0;

  let time = START;
  const start = (skew: number): Admission =>
    new Admission(store, catalogue, new AccountMemories(), TERMS, () => time + skew);
  const environments = schedule.skews.map(start);
  const outcomes: Outcome[] = [];

  for (const batch of schedule.batches) {
    await Promise.all(
      batch.map(async (step) => {
        if (step.kind === 'wait') time += step.ms;
        if (step.kind === 'crash') environments[step.environment] = start(schedule.skews[step.environment]!);
        if (step.kind === 'change') {
          await store.changeTerms('acme', step.change, catalogue.definition.plans, time, step.ticks);
        }
        if (step.kind !== 'call') return;
        pending.push({ fate: step.fate, ticks: step.ticks });
        const [httpMethod, resource] = step.route.split(' ') as [string, string];
        const route = catalogue.requirement({ httpMethod, resource });
        const verdict = await environments[step.environment]!.admit(CREDENTIAL, route);
        outcomes.push({ verdict, cost: route.cost, item: store.accounts.get('acme')! });
      }),
    );
  }
  return outcomes;
}

/** Units admitted, by the period that they were counted in. */
function admittedByPeriod(outcomes: readonly Outcome[]): Map<string, number> {
  const units = new Map<string, number>();
  for (const { verdict, cost } of outcomes) {
    if (verdict.kind !== 'allow') continue;
    const { periodId } = verdict.account!;
    units.set(periodId, (units.get(periodId) ?? 0) + cost);
  }
  return units;
}

const reach = ({ remaining, credits = 0, overage = 0 }: AccountRecord, { maxOverage }: Schedule): number =>
  Math.max(0, remaining) + credits + Math.max(0, maxOverage - overage);

const isQuotaExceeded = ({ verdict }: Outcome): boolean =>
  verdict.kind === 'refuse' &&
  verdict.refusal.kind === 'payment-required' &&
  verdict.refusal.reason === 'quota_exceeded';

const RUNS = { numRuns: 10_000 };
const FEWER_RUNS = { numRuns: 3_000 };

test('no quota is ever oversold, whatever fails and whoever is first', async () => {
  await fc.assert(
    fc.asyncProperty(schedules(QUOTAS, true), async (schedule) => {
      const { credits, maxOverage, quota } = schedule;
      const periods = [...admittedByPeriod(await run(schedule)).values()];
      // Credits are spent once, in whichever period; the limit and the overage are those of each period.
      const beyond = periods.map((units) => Math.max(0, units - quota - maxOverage));
      expect(beyond.reduce((sum, units) => sum + units, 0)).toBeLessThanOrEqual(credits);
    }),
    RUNS,
  );
});

test('nor while plans and limits change: units admitted are charged, and within the largest limit of their period', async () => {
  let crossed = 0;
  await fc.assert(
    fc.asyncProperty(schedules(QUOTAS, true, true), async (schedule) => {
      const largest = new Map([[periodAt('day', 'calendar', 0, START).id, schedule.quota]]);
      const charged = new Map<string, number>();
      const outcomes = await run(schedule, ({ periodId, remaining, overage = 0 }, limit) => {
        largest.set(periodId, Math.max(limit, largest.get(periodId) ?? 0));
        charged.set(periodId, limit - remaining + overage);
      });
      let beyond = 0;
      for (const [period, units] of admittedByPeriod(outcomes)) {
        beyond += Math.max(0, units - largest.get(period)! - schedule.maxOverage);
        // What is not charged to the period was paid with credits.
        expect(units - charged.get(period)!).toBeLessThanOrEqual(schedule.credits);
        if (largest.get(period) !== schedule.quota) crossed += 1;
      }
      expect(beyond).toBeLessThanOrEqual(schedule.credits);
    }),
    RUNS,
  );
  expect(crossed).toBeGreaterThan(1_000);
});

test('a fault of ours is never a 402', async () => {
  await fc.assert(
    fc.asyncProperty(schedules(fc.constant(100_000), true), async (schedule) => {
      const refused = (await run(schedule)).filter(({ verdict }) => verdict.kind === 'refuse');
      expect(refused).toEqual([]);
    }),
    RUNS,
  );
});

test('a caller is refused for the quota only when fewer units remain than the request costs', async () => {
  await fc.assert(
    fc.asyncProperty(schedules(QUOTAS, true), async (schedule) => {
      for (const outcome of (await run(schedule)).filter(isQuotaExceeded)) {
        // Units only go down within a period; a neighbour may have opened the next one meanwhile.
        const refusedIn = (outcome.verdict as { refusal: { retryAt: number } }).refusal.retryAt;
        if (outcome.item.periodEnd === refusedIn)
          expect(reach(outcome.item, schedule)).toBeLessThan(outcome.cost);
      }
    }),
    FEWER_RUNS,
  );
});

test('without faults nobody is told that we are out of order', async () => {
  await fc.assert(
    fc.asyncProperty(schedules(QUOTAS, false), async (schedule) => {
      expect((await run(schedule)).filter(({ verdict }) => verdict.kind === 'unavailable')).toEqual([]);
    }),
    FEWER_RUNS,
  );
});

test('the schedules do cross periods and do spend quotas', async () => {
  const seen = { periods: 0, exceeded: 0, outage: 0, leased: 0 };
  for (const schedule of fc.sample(schedules(QUOTAS, true), 2000)) {
    const outcomes = await run(schedule);
    seen.periods += admittedByPeriod(outcomes).size > 1 ? 1 : 0;
    seen.exceeded += outcomes.some(isQuotaExceeded) ? 1 : 0;
    seen.outage += outcomes.some(({ verdict }) => verdict.path === 'outage') ? 1 : 0;
    seen.leased += outcomes.some(({ verdict }) => verdict.path === 'lease') ? 1 : 0;
  }
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(50);
});
