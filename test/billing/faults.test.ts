import type { AccountEvent } from '../../lambda/billing/billing-table';
import type { BillingMessage } from '../../lib/domain/billing/fact';
import { DAY } from './support/clock';
import { ACCOUNT, buildDesk, messageOf, newAccount, outcome } from './support/desk';
import { interpose, Killed, KillSwitch } from './support/interpose';
import { MemoryBillingTable } from './support/memory-billing-table';
import { StripeModel } from './support/stripe-model';

const PRO = { price: 'price_pro' };

const STORIES: readonly [string, (model: StripeModel) => StripeModel][] = [
  [
    'link, then payment',
    (m) =>
      m
        .checkout(ACCOUNT)
        .subscribe({ ...PRO, incompleteFirst: true })
        .completeFirstPayment(),
  ],
  ['payment, then link', (m) => m.subscribe(PRO).checkout(ACCOUNT)],
  [
    'failure and recovery',
    (m) => m.checkout(ACCOUNT).subscribe(PRO).beginPeriod().chargeFails().wait(DAY).recover(),
  ],
  [
    'new subscription',
    (m) => m.checkout(ACCOUNT).subscribe(PRO).wait(DAY).end().wait(DAY).subscribe({ price: 'price_basic' }),
  ],
];

interface World {
  readonly table: MemoryBillingTable;
  /** By id: consumers tell a repetition by it. */
  readonly heard: Map<string, AccountEvent>;
}

function newWorld(): World {
  const table = new MemoryBillingTable();
  table.contents.accounts[ACCOUNT] = newAccount();
  return { table, heard: new Map() };
}

/** One delivery; every operation on table and bus passes the kill switch. */
async function deliver({ table, heard }: World, message: BillingMessage, kill: KillSwitch): Promise<void> {
  const bus = {
    publish: async (events: readonly AccountEvent[]) => {
      for (const event of events) heard.set(event.id, event);
    },
  };
  const { billing } = buildDesk(interpose(table, kill.around), {
    publish: interpose(bus, kill.around).publish,
  });
  const receipt = await billing.receive(message);
  if (receipt.kind === 'applied' && receipt.unpublished) throw receipt.unpublished;
}

const never = (): KillSwitch => new KillSwitch(0, 'before');

describe.each(STORIES)('%s', (_name, run) => {
  const messages = run(new StripeModel()).events.map((event) => messageOf(event)!);

  test('killed at any step of any delivery, a redelivery ends in the same state, and no event is lost', async () => {
    const calm = newWorld();
    for (const message of messages) await deliver(calm, message, never());
    const expected = [...calm.heard.values()].map(({ id, type }) => [id, type]);
    let kills = 0;

    for (const victim of messages.keys()) {
      for (const moment of ['before', 'after'] as const) {
        for (let step = 1; ; step += 1) {
          const world = newWorld();
          const kill = new KillSwitch(step, moment);
          for (const [index, message] of messages.entries()) {
            const delivery = deliver(world, message, index === victim ? kill : never());
            await delivery.catch((error: unknown) => {
              if (!(error instanceof Killed)) throw error;
              kills += 1;
              return deliver(world, message, never());
            });
          }
          expect(outcome(world.table.contents.accounts[ACCOUNT])).toEqual(
            outcome(calm.table.contents.accounts[ACCOUNT]),
          );
          expect(world.table.contents.parked).toEqual({});
          expect(world.table.contents.billing[ACCOUNT]!.outbox).toEqual([]);
          expect([...world.heard.values()].map(({ id, type }) => [id, type])).toEqual(expected);
          if (kill.steps < step) break;
        }
      }
    }
    expect(kills).toBeGreaterThan(messages.length * 8);
  });
});

test('a bus that is down does not hold up access; the events wait', async () => {
  const { table } = newWorld();
  const down = buildDesk(table, { publish: () => Promise.reject(new Error('down')) });
  const { events } = new StripeModel().checkout(ACCOUNT).subscribe(PRO);
  for (const event of events) await down.receive(event);
  expect(table.contents.accounts[ACCOUNT]!.plan).toBe('pro');
  const waiting = table.contents.billing[ACCOUNT]!.outbox.map(({ type, id }) => [type, id]);
  expect(waiting).toEqual([['subscription.activated', `${ACCOUNT}-1`]]);
});

test('events tell the story in order, each with a number of its own', async () => {
  const world = newWorld();
  const model = STORIES[2]![1](new StripeModel());
  for (const event of model.events) await deliver(world, messageOf(event)!, never());
  expect([...world.heard.values()].map(({ type, sequence }) => `${sequence} ${type}`)).toEqual([
    '1 subscription.activated',
    '2 payment.failed',
    '3 payment.recovered',
  ]);
});
