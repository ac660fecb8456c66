import fc from 'fast-check';
import type { BillingMessage } from '../../lib/domain/billing/fact';
import { DAY, START } from './support/clock';
import { ACCOUNT, buildDesk, messageOf, newAccount, outcome } from './support/desk';
import { interpose } from './support/interpose';
import { MemoryBillingTable } from './support/memory-billing-table';
import { SCENARIOS } from './support/scenarios';
import { StripeModel } from './support/stripe-model';

/** Orders of a scenario: all of them up to this many messages, the link among them. */
const MOST_FOR_ALL_ORDERS = 7;

/** In the middle of a quota period, with units spent: what is left must not depend on the order either. */
const IN_USE = newAccount({
  plan: 'basic',
  periodId: 'month-20260501T000000Z',
  periodEnd: START + 31 * DAY,
  remaining: 40,
});

describe.each(SCENARIOS)('$name', ({ run, expected }) => {
  const model = run(new StripeModel()).checkout(ACCOUNT);
  const messages = model.events.map((event) => messageOf(event)!);

  test('every order of events and link ends in the same account item, the true one', async () => {
    const truth = outcome(await deliver(new MemoryBillingTable(), messages));
    expect(truth).toMatchObject(expected);
    if (messages.length <= MOST_FOR_ALL_ORDERS) await eachOrder(messages, new MemoryBillingTable(), truth);
  });

  test('random orders with repetitions and two workers at once end there too', async () => {
    const truth = outcome(await deliver(new MemoryBillingTable(), messages));
    const deliveries = fc
      .tuple(
        fc.shuffledSubarray(messages, { minLength: messages.length }),
        fc.array(fc.constantFrom(...messages), { maxLength: 4 }),
      )
      .chain(([all, again]) =>
        fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length }),
      );
    await fc.assert(
      fc.asyncProperty(deliveries, fc.scheduler(), async (delivered, scheduler) => {
        const table = new MemoryBillingTable();
        table.contents.accounts[ACCOUNT] = IN_USE;
        const workers = [0, 1].map(async (worker) => {
          const { billing } = buildDesk(scheduled(table, scheduler));
          for (const [index, message] of delivered.entries()) {
            if (index % 2 === worker) await billing.receive(message);
          }
        });
        await scheduler.waitFor(Promise.all(workers));
        expect(outcome(table.contents.accounts[ACCOUNT])).toEqual(truth);
        expect(table.contents.parked).toEqual({});
        expect(table.contents.billing[ACCOUNT]!.outbox).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

async function deliver(table: MemoryBillingTable, messages: readonly BillingMessage[]) {
  table.contents.accounts[ACCOUNT] ??= IN_USE;
  const { billing } = buildDesk(table);
  for (const message of messages) await billing.receive(message);
  return table.contents.accounts[ACCOUNT];
}

/** Depth first: orders that begin alike share the table up to there. */
async function eachOrder(
  left: readonly BillingMessage[],
  table: MemoryBillingTable,
  truth: object,
): Promise<void> {
  if (left.length === 0) {
    if (JSON.stringify(sorted(outcome(table.contents.accounts[ACCOUNT]))) === JSON.stringify(sorted(truth)))
      return;
    expect(outcome(table.contents.accounts[ACCOUNT])).toEqual(truth);
  }
  for (const [index, message] of left.entries()) {
    const branch = new MemoryBillingTable();
    branch.contents = table.copy();
    await deliver(branch, [message]);
    await eachOrder([...left.slice(0, index), ...left.slice(index + 1)], branch, truth);
  }
}

function sorted(value: object): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Each operation of the table waits for its turn, which the scheduler gives in a random order. */
function scheduled(table: MemoryBillingTable, scheduler: fc.Scheduler): MemoryBillingTable {
  return interpose(table, (name, run) => scheduler.schedule(Promise.resolve(), name).then(run));
}
