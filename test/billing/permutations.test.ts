import fc from 'fast-check';
import { translateStripeEvent } from '../../lambda/billing/stripe/translate';
import { EMPTY_BILLING, join, reduce, type BillingState } from '../../lib/domain/billing/registers';
import { canonical } from '../../lib/domain/billing/snapshot-order';
import { projectAccount } from '../../lib/domain/billing/projection';
import { factsOf } from './support/facts';
import { SCENARIOS } from './support/scenarios';
import { StripeModel } from './support/stripe-model';
import { TERMS } from './support/terms';
import { truthOf } from './support/truth';

const MOST_FOR_ALL_ORDERS = 7;

describe.each(['acacia', 'basil'] as const)('events of API version %s', (api) => {
  describe.each(SCENARIOS)('$name', ({ run, expected }) => {
    const model = run(new StripeModel('cus_buyer', api));
    const facts = model.events.map((event) => factsOf(event, model));

    test('the ledger agrees with what a person expects', () => {
      expect(truthOf(model)).toEqual(expected);
    });

    test(`${facts.length} events in every order end in the truth`, () => {
      const inOrder = facts.reduce(reduce, EMPTY_BILLING);
      const truth = canonical(inOrder);
      expect(project(inOrder)).toMatchObject(expected);
      if (facts.length > MOST_FOR_ALL_ORDERS) return;
      const orders = eachOrder(facts, (state) => {
        // An assertion for each of thousands of orders takes longer than finding them.
        if (canonical(state) !== truth) expect(state).toEqual(inOrder);
      });
      expect(orders).toBe(factorial(facts.length));
    });

    test('random orders with repetitions end in the truth', () => {
      const inOrder = facts.reduce(reduce, EMPTY_BILLING);
      const deliveries = fc
        .tuple(fc.shuffledSubarray(facts, { minLength: facts.length }), fc.array(fc.constantFrom(...facts)))
        .chain(([all, again]) =>
          fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length }),
        );
      fc.assert(
        fc.property(deliveries, (delivered) => {
          expect(delivered.reduce(reduce, EMPTY_BILLING)).toEqual(inOrder);
        }),
        { numRuns: 100 },
      );
    });
  });
});

test('every event type that is subscribed to is understood', () => {
  const types = new Set(
    SCENARIOS.flatMap(({ run }) => run(new StripeModel()).events.map(({ type }) => type)),
  );
  for (const type of types) {
    const event = SCENARIOS.flatMap(({ run }) => run(new StripeModel()).events).find((e) => e.type === type)!;
    expect(translateStripeEvent(event).kind).not.toBe('ignored');
  }
});

function project(state: BillingState) {
  return projectAccount(state, TERMS);
}

/** All orders by depth-first search: orders that begin alike share their beginning. */
function eachOrder<T extends Parameters<typeof reduce>[1]>(
  facts: readonly T[],
  visit: (state: BillingState) => void,
  state: BillingState = EMPTY_BILLING,
): number {
  if (facts.length === 0) {
    visit(state);
    return 1;
  }
  return facts.reduce(
    (count, fact, index) =>
      count +
      eachOrder(
        [...facts.slice(0, index), ...facts.slice(index + 1)],
        visit,
        join(state, reduce(EMPTY_BILLING, fact)),
      ),
    0,
  );
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}
