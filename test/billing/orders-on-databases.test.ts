import fc from 'fast-check';
import { DynamoDbBillingTable } from '../../lambda/billing/dynamodb-billing-table';
import { AccountAdmin, DynamoDbClient } from '../../lambda/store';
import type { BillingMessage } from '../../lib/domain/billing/fact';
import {
  createAccountsTable,
  CREDENTIALS,
  dynamoDbTargets,
  REGION,
  type RunningDynamoDb,
} from '../helpers/dynamodb-targets';
import { START } from './support/clock';
import { buildDesk, messageOf, outcome } from './support/desk';
import { interpose, Killed, KillSwitch } from './support/interpose';
import { SCENARIOS } from './support/scenarios';
import { StripeModel } from './support/stripe-model';

const TABLE = 'accounts';
/** All orders of a story with so few messages, the link among them. */
const MOST_FOR_ALL_ORDERS = 3;
/** Random orders of each story. */
const RUNS = 3;

/** What becomes of a message the first time that it is sent. */
type Fate =
  | { readonly kind: 'arrives' }
  /** Nobody hears of it; the provider sends it again. */
  | { readonly kind: 'lost' }
  /** The worker dies at this step, before or after it; the provider sends it again. */
  | { readonly kind: 'killed'; readonly step: number; readonly moment: 'before' | 'after' };

const fates: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: 'arrives' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'lost' } as const) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('killed' as const),
      step: fc.integer({ min: 1, max: 8 }),
      moment: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
);

describe.each(dynamoDbTargets)('orders on $name', ({ start }) => {
  let db: RunningDynamoDb;
  let client: DynamoDbClient;
  let table: DynamoDbBillingTable;
  let number = 0;

  beforeAll(async () => {
    db = await start();
    await createAccountsTable(db.endpoint, TABLE);
    client = new DynamoDbClient({
      region: REGION,
      endpoint: db.endpoint,
      credentials: () => CREDENTIALS,
      timeoutMs: 20_000,
    });
    table = new DynamoDbBillingTable(client, TABLE, () => START);
  });
  afterAll(async () => {
    client.close();
    await db.stop();
  });

  /** A story of an account and a customer of its own. */
  async function begin(run: (model: StripeModel) => StripeModel) {
    number += 1;
    const account = `acme${number}`;
    const customer = `cus_${account}`;
    const access = { accessUntil: 0, lapseReason: 'no_subscription' } as const;
    await new AccountAdmin(client, TABLE, () => START).createAccount({
      accountId: account,
      plan: 'basic',
      access,
    });
    const { events } = run(new StripeModel(customer)).checkout(account);
    return { account, customer, messages: events.map((event) => messageOf(event, customer)!) };
  }

  /** The account as it is when everything comes once, in the order in which it happened. */
  async function truthOf(run: (model: StripeModel) => StripeModel): Promise<object> {
    const { account, messages } = await begin(run);
    for (const message of messages) await buildDesk(table).billing.receive(message);
    return { ...outcome(await table.readAccount(account)), accountId: undefined };
  }

  async function expectTruth(
    account: string,
    customer: string,
    truth: object,
    expected: object,
  ): Promise<void> {
    const item = await table.readAccount(account);
    expect(item).toMatchObject(expected);
    expect({ ...outcome(item), accountId: undefined }).toEqual(truth);
    expect(await table.listParked({ provider: 'stripe', customer })).toEqual([]);
    expect((await table.readBilling(account))!.outbox).toEqual([]);
  }

  /** @returns whether it was acknowledged */
  async function send(message: BillingMessage, fate: Fate): Promise<boolean> {
    if (fate.kind === 'lost') return false;
    const kill =
      fate.kind === 'killed' ? new KillSwitch(fate.step, fate.moment) : new KillSwitch(0, 'before');
    try {
      const receipt = await buildDesk(interpose(table, kill.around)).billing.receive(message);
      // Who dies while it publishes acknowledges nothing.
      return receipt.kind !== 'applied' || !(receipt.unpublished instanceof Killed);
    } catch (error) {
      if (error instanceof Killed) return false;
      throw error;
    }
  }

  describe.each(SCENARIOS)('$name', ({ run, expected }) => {
    test('random orders, repeated, lost and cut off, by two workers at once, end in the truth', async () => {
      const truth = await truthOf(run);
      const count = run(new StripeModel()).checkout('count').events.length;
      const indices = Array.from({ length: count }, (_, index) => index);
      const deliveries = fc
        .array(fc.constantFrom(...indices), { maxLength: 3 })
        .chain((again) => fc.shuffledSubarray([...indices, ...again], { minLength: count + again.length }))
        .chain((order) =>
          fc.tuple(fc.constant(order), fc.array(fates, { minLength: order.length, maxLength: order.length })),
        );
      await fc.assert(
        fc.asyncProperty(deliveries, async ([order, ends]) => {
          const { account, customer, messages } = await begin(run);
          const again: BillingMessage[] = [];
          const work = async (worker: number) => {
            for (const [position, index] of order.entries()) {
              if (position % 2 !== worker) continue;
              const message = messages[index]!;
              if (!(await send(message, ends[position]!))) again.push(message);
            }
          };
          await Promise.all([work(0), work(1)]);
          const half = Math.ceil(again.length / 2);
          const redeliver = async (some: readonly BillingMessage[]) => {
            for (const message of some) await send(message, { kind: 'arrives' });
          };
          await Promise.all([redeliver(again.slice(0, half)), redeliver(again.slice(half))]);
          await expectTruth(account, customer, truth, expected);
        }),
        { numRuns: RUNS },
      );
    });
  });

  const short = SCENARIOS.filter(
    ({ run }) => run(new StripeModel()).checkout('count').events.length <= MOST_FOR_ALL_ORDERS,
  );
  test.each(short)('every order of $name', async ({ run, expected }) => {
    const truth = await truthOf(run);
    const count = run(new StripeModel()).checkout('count').events.length;
    for (const order of orders(Array.from({ length: count }, (_, index) => index))) {
      const { account, customer, messages } = await begin(run);
      for (const index of order) await send(messages[index]!, { kind: 'arrives' });
      await expectTruth(account, customer, truth, expected);
    }
  });

  describe('a link and an event that meet, each held at every step while the other goes on', () => {
    const story = (model: StripeModel) => model.subscribe({ price: 'price_pro' });

    test.each([
      ['link first', 2, 1],
      ['event first', 1, 2],
    ])('%s: nothing stays parked', async (_name, first, second) => {
      const truth = await truthOf(story);
      let crossings = 0;
      for (let i = 0, steps = 1; i < steps; i += 1) {
        for (let j = 0, others = 1; j < others; j += 1) {
          const { account, customer, messages } = await begin(story);
          await send(messages[0]!, { kind: 'arrives' });
          // The first does i steps, the second j, then the first ends, then the second.
          const [one, other] = [new Gate(i), new Gate(j)];
          const a = buildDesk(interpose(table, one.around)).billing.receive(messages[first]!);
          await one.reached(a);
          const b = buildDesk(interpose(table, other.around)).billing.receive(messages[second]!);
          await other.reached(b);
          one.open();
          await a;
          other.open();
          await b;
          await expectTruth(account, customer, truth, { plan: 'pro' });
          [steps, others] = [one.steps + 1, other.steps + 1];
          crossings += 1;
        }
      }
      expect(crossings).toBeGreaterThan(40);
    });
  });
});

/** Lets so many operations pass, and holds the next one until it is opened. */
class Gate {
  steps = 0;
  private isOpen = false;
  private readonly waiting: (() => void)[] = [];
  private arrived!: () => void;
  private readonly arrival = new Promise<void>((resolve) => (this.arrived = resolve));

  constructor(private readonly passes: number) {}

  readonly around = async (_name: string, run: () => Promise<unknown>): Promise<unknown> => {
    this.steps += 1;
    if (this.steps > this.passes && !this.isOpen) {
      this.arrived();
      await new Promise<void>((resume) => this.waiting.push(resume));
    }
    return run();
  };

  /** Resolves when it holds something, or when there is nothing left to hold. */
  async reached(delivery: Promise<unknown>): Promise<void> {
    await Promise.race([this.arrival, delivery]);
  }

  open(): void {
    this.isOpen = true;
    for (const resume of this.waiting) resume();
  }
}

function orders<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    orders([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}
