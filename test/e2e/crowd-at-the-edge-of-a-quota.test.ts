import { Plan, Quota } from '../../lib';
import { dynamoDbTargets, type RunningDynamoDb } from '../helpers/dynamodb-targets';
import { hangUp } from '../helpers/get';
import { KeyShop } from '../helpers/key-shop';

const UNITS = 600;
/** One environment holds at most one percent of what remains (docs/adr/0002-request-path.md). */
const LARGEST_LEASE = UNITS / 100;
const FAST = { rateLimit: 100_000, burstLimit: 100_000 };

describe.each(dynamoDbTargets)('on $name', (target) => {
  let database: RunningDynamoDb;
  let shop: KeyShop;
  beforeAll(async () => {
    database = await target.start();
    shop = await KeyShop.open({
      plans: [Plan.paid('pro', { quota: Quota.perMonth(1_000_000) })],
      poolThrottle: FAST,
      stageThrottle: FAST,
      keyDelayMs: 0,
      activationWaitMs: 1_000,
      drainMs: 11_000,
      dynamodbEndpoint: database.endpoint,
    });
  }, 120_000);
  afterAll(async () => {
    hangUp();
    await shop?.close();
    await database?.stop();
  });

  test.each([64, 512])(
    '%i callers at once spend a quota to its end and not beyond it',
    async (callers) => {
      const { id, key } = await shop.accounts.create('pro');
      expect((await shop.call(key)).status).toBe(200);
      await shop.accounts.setRemaining(id, UNITS);

      const statuses = new Set<number>();
      let served = 0;
      const caller = async () => {
        for (let status = 200; status === 200;) {
          ({ status } = await shop.call(key));
          statuses.add(status);
          if (status === 200) served += 1;
        }
      };
      await Promise.all(Array.from({ length: callers }, caller));

      expect([...statuses].sort()).toEqual([200, 402]);
      expect(served).toBeLessThanOrEqual(UNITS);
      expect(served).toBeGreaterThanOrEqual(UNITS - shop.environments * LARGEST_LEASE);
      expect((await shop.accounts.find(id)).remaining).toBe(0);
    },
    120_000,
  );
});
