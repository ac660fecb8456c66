import { fromBillingItem } from '../../../lambda/billing/billing-item';
import { DynamoDbBillingTable } from '../../../lambda/billing/dynamodb-billing-table';
import { fromAccountItem, toAccountItem } from '../../../lambda/store/account-item';
import { DynamoDbClient } from '../../../lambda/store/dynamodb-client';
import { canonical } from '../../../lib/domain/billing/snapshot-order';
import {
  createAccountsTable,
  CREDENTIALS,
  dynamoDbTargets,
  REGION,
  type RunningDynamoDb,
} from '../../helpers/dynamodb-targets';
import { DAY, START } from './clock';
import { ACCOUNT, buildDesk, messageOf, newAccount, outcome } from './desk';
import { exploreOrders, type OrderGraph } from './order-graph';
import { SCENARIOS } from './scenarios';
import { exactKey, keyWithoutCounters, sortKey } from './stored-state';
import { StripeModel } from './stripe-model';
import { contentsOf, TableContents, type Contents } from './table-contents';
import { truthOf, type Truth } from './truth';

const TABLE = 'accounts';

/** Shorter stories are explored without leaving anything out of the state. */
const MOST_FOR_EXACT_STATES = 4;

/** In the middle of a quota period, with units spent: what is left must not depend on the order either. */
const IN_USE = newAccount({
  plan: 'basic',
  periodId: 'month-20260501T000000Z',
  periodEnd: START + 31 * DAY,
  remaining: 40,
});

/**
 * Every order, with repetitions at every place, of the stories with so many messages (the link among them), through the
 * real store on real databases. A delivery depends on the message and the table alone: each is made by a function
 * environment of its own, which remembers nothing, with a clock that stands still and without a provider to ask; ids come
 * from the messages and from counters.
 */
export function describeAllOrders(from: number, to: number): void {
  describe.each(dynamoDbTargets)('every order on $name', ({ name: database, start }) => {
    let db: RunningDynamoDb;
    let client: DynamoDbClient;
    beforeAll(async () => {
      db = await start();
      await createAccountsTable(db.endpoint, TABLE);
      client = new DynamoDbClient({
        region: REGION,
        endpoint: db.endpoint,
        credentials: () => CREDENTIALS,
        timeoutMs: 20_000,
      });
    });
    afterAll(async () => {
      client.close();
      await db.stop();
    });

    const totals = { orders: 0, nodes: 0, deliveries: 0 };
    afterAll(() => {
      const { orders, nodes, deliveries } = totals;
      const sum = `${orders} orders of ${from} to ${to} messages as ${nodes} nodes, ${deliveries} deliveries`;
      process.stderr.write(`${database}: ${sum}\n`);
    });

    const stories = SCENARIOS.map((scenario) => {
      const model = scenario.run(new StripeModel()).checkout(ACCOUNT);
      return { ...scenario, model, messages: model.events.map((event) => messageOf(event)!) };
    }).filter(({ messages }) => messages.length >= from && messages.length <= to);

    test.each(stories)('$name', async ({ model, messages, expected }) => {
      const table = new DynamoDbBillingTable(client, TABLE, () => START);
      const whole = new TableContents(client, TABLE);
      const isExact = messages.length <= MOST_FOR_EXACT_STATES;
      const graph = await exploreOrders(
        contentsOf([toAccountItem(IN_USE)]),
        messages.length,
        isExact ? exactKey : keyWithoutCounters,
        async (state, index) => {
          await whole.restore(state);
          const desk = buildDesk(table);
          await desk.billing.receive(messages[index]!);
          return { state: await whole.read(), published: desk.published.length };
        },
      );
      totals.orders += graph.orders;
      totals.nodes += graph.nodes;
      totals.deliveries += graph.edges.length;

      expect(graph.orders).toBe(factorial(messages.length));
      expect(truthOf(model)).toEqual(expected);
      expectOneEnd(graph.ends, expected);
      expect([...graph.loudRepetitions].map((index) => messages[index]!.id)).toEqual([]);
      if (isExact) expectCountersToDecideNothing(graph);
    });
  });
}

/** All orders come to the same account, the true one, and leave nothing behind. */
function expectOneEnd(ends: readonly Contents[], truth: Truth): void {
  const outcomes = ends.map((end) => {
    const items = [...end.values()];
    expect(items.map(sortKey).sort()).toEqual(['ACCOUNT', 'BILLING', 'LINK']);
    const [account, billing] = items.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
    expect(billing).not.toHaveProperty('outboxPending');
    const hot = outcome(fromAccountItem(ACCOUNT, account!));
    const { state, projection, outbox } = fromBillingItem(billing!);
    expect(outbox).toEqual([]);
    expect(hot).toMatchObject(truth);
    return canonical({ hot, state, projection });
  });
  expect(new Set(outcomes).size).toBe(1);
}

/** States that differ in counters alone have futures that differ in counters alone. */
function expectCountersToDecideNothing({ edges }: OrderGraph<Contents>): void {
  const known = new Map<string, string>();
  for (const { from, message, state, published } of edges) {
    const name = `${message} ${keyWithoutCounters(from)}`;
    const future = `${published} ${keyWithoutCounters(state)}`;
    expect(known.get(name) ?? future).toBe(future);
    known.set(name, future);
  }
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}
