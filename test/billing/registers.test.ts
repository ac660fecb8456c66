import fc from 'fast-check';
import {
  EMPTY_BILLING,
  INVOICES_KEPT,
  join,
  reduce,
  stateOf,
  type BillingState,
} from '../../lib/domain/billing/registers';
import { canonical, compareSnapshots, isTerminal } from '../../lib/domain/billing/snapshot-order';
import { projectAccount } from '../../lib/domain/billing/projection';
import { facts, snapshots } from './support/arbitraries';
import { START } from './support/clock';
import { TERMS } from './support/terms';

/** States that can arise: each is made of facts. */
const states = fc.array(facts, { maxLength: 25 }).map((known) => reduce(EMPTY_BILLING, known));
const RUNS = { numRuns: 1_000 };

function same(a: BillingState, b: BillingState): void {
  expect(canonical(a)).toBe(canonical(b));
}

describe('registers are a join semilattice', () => {
  test('join is commutative', () => {
    fc.assert(
      fc.property(states, states, (a, b) => same(join(a, b), join(b, a))),
      RUNS,
    );
  });

  test('join is associative', () => {
    fc.assert(
      fc.property(states, states, states, (a, b, c) => same(join(join(a, b), c), join(a, join(b, c)))),
      RUNS,
    );
  });

  test('join is idempotent', () => {
    fc.assert(
      fc.property(states, (a) => same(join(a, a), a)),
      RUNS,
    );
  });

  test('nothing known changes nothing', () => {
    fc.assert(fc.property(states, (a) => same(join(a, EMPTY_BILLING), a)));
  });

  test('a fact that is known already changes nothing', () => {
    fc.assert(
      fc.property(states, facts, (a, fact) => {
        const known = join(a, stateOf(fact));
        same(join(known, stateOf(fact)), known);
      }),
      RUNS,
    );
  });
});

test('the account does not depend on the order of the facts', () => {
  const twoOrders = fc
    .array(facts, { maxLength: 12 })
    .chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
  fc.assert(
    fc.property(twoOrders, ([one, other]) => {
      const project = (order: typeof one) => projectAccount(reduce(EMPTY_BILLING, order), TERMS);
      expect(project(one)).toEqual(project(other));
    }),
    RUNS,
  );
});

test('a state survives being stored as JSON', () => {
  fc.assert(
    fc.property(states, states, (a, b) => {
      const stored = JSON.parse(JSON.stringify(a)) as BillingState;
      same(join(stored, b), join(a, b));
      expect(projectAccount(stored, TERMS)).toEqual(projectAccount(a, TERMS));
    }),
  );
});

test('snapshots are totally ordered: only equal ones compare as equal', () => {
  fc.assert(
    fc.property(snapshots, snapshots, snapshots, (a, b, c) => {
      const dated = [a, b, c].map((snapshot) => ({ at: START, snapshot }));
      const [x, y, z] = dated as [(typeof dated)[0], (typeof dated)[0], (typeof dated)[0]];
      expect(Math.sign(compareSnapshots(x, y))).toBe(-Math.sign(compareSnapshots(y, x)) + 0);
      expect(compareSnapshots(x, y) === 0).toBe(canonical(x) === canonical(y));
      if (compareSnapshots(x, y) >= 0 && compareSnapshots(y, z) >= 0) {
        expect(compareSnapshots(x, z)).toBeGreaterThanOrEqual(0);
      }
      if (isTerminal(x.snapshot.status) && !isTerminal(y.snapshot.status)) {
        expect(compareSnapshots(x, y)).toBeGreaterThan(0);
      }
    }),
    RUNS,
  );
});

test('a decision between two snapshots of one second is remembered until a later one comes', () => {
  const snapshot = { status: 'active', createdAt: START, items: [] } as const;
  const at = (when: number, cancelAt?: number) =>
    stateOf({
      kind: 'subscription',
      subscription: 'sub_a',
      at: when,
      snapshot: { ...snapshot, ...(cancelAt && { cancelAt }) },
    });
  const tied = join(at(START), at(START, START + 1));
  expect(tied.subscriptions.sub_a!.latest).toMatchObject({ tied: true, snapshot: { cancelAt: START + 1 } });
  expect(join(tied, at(START + 1)).subscriptions.sub_a!.latest).toMatchObject({ tied: false });
  expect(join(at(START), at(START)).subscriptions.sub_a!.latest).toMatchObject({ tied: false });
});

test('invoices do not pile up', () => {
  const years = Array.from({ length: 60 }, (_, month) => ({
    kind: 'invoice' as const,
    subscription: 'sub_a',
    invoice: `in_${month}`,
    outcome: 'paid' as const,
    start: START + month,
    end: START + month + 1,
  }));
  const { paid } = reduce(EMPTY_BILLING, years).subscriptions.sub_a!;
  expect(paid).toHaveLength(INVOICES_KEPT);
  expect(paid[0]!.invoice).toBe('in_59');
});
