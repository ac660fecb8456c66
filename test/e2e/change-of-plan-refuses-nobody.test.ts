import { APIGatewayClient, CreateApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { Duration } from 'aws-cdk-lib';
import { setTimeout as sleep } from 'node:timers/promises';
import { Plan } from '../../lib';
import { provisionedUsageKey } from '../../lib/domain/usage-key';
import { CREDENTIALS, REGION } from '../helpers/dynamodb-targets';
import { hangUp } from '../helpers/get';
import { KeyShop } from '../helpers/key-shop';

const CALLERS = 4;
/** A key is honoured late, and the provisioner waits for it a little longer than that. */
const KEY_DELAY_MS = 1_500;
const SPEED = { rateLimit: 10_000, burstLimit: 10_000 };

let shop: KeyShop;
beforeAll(async () => {
  shop = await KeyShop.open({
    plans: [Plan.paid('small', { throttle: SPEED }), Plan.paid('large', { throttle: SPEED })],
    poolThrottle: SPEED,
    stageThrottle: SPEED,
    keyDelayMs: KEY_DELAY_MS,
    activationWaitMs: KEY_DELAY_MS + 500,
    leaseDuration: Duration.seconds(2),
    drainMs: 4_000,
  });
});
afterAll(async () => {
  hangUp();
  await shop?.close();
});

const usageKey = async (account: string) => (await shop.accounts.find(account)).usageKey;

/** Waits until the account uses another key than before. */
async function keyAfter(account: string, before: string | undefined): Promise<string> {
  for (;;) {
    const value = await usageKey(account);
    if (value !== undefined && value !== before) return value;
    await sleep(100);
  }
}

/** What the provisioner holds; its keys are compared without a change. */
async function keys(): Promise<Record<string, unknown>> {
  return await shop.cli('usage-keys', 'repair', '--dry-run');
}

test('activation, upgrade and downgrade refuse no request of a payer, and leave one key', async () => {
  await shop.cli('accounts', 'create', 'acme', '--plan', 'small');
  const { key } = await shop.cli('keys', 'create', 'acme');
  const statuses = new Map<number, number>();
  let calling = true;
  const caller = async () => {
    while (calling) {
      const { status } = await shop.call(key as string);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      await sleep(5);
    }
  };
  const callers = Array.from({ length: CALLERS }, caller);
  // Told by the command that made the account; until then it is on a shared key.
  const first = await keyAfter('acme', undefined);
  await shop.buy('acme', 'large');
  const second = await keyAfter('acme', first);
  await shop.buy('acme', 'small');
  const third = await keyAfter('acme', second);
  expect(new Set([first, second, third]).size).toBe(3);
  // Leases that name the old key end after two seconds, and the keys soon after them.
  while ((await keys()).keys !== 1) await sleep(500);
  calling = false;
  await Promise.all(callers);

  expect([...statuses.keys()]).toEqual([200]);
  expect(statuses.get(200)).toBeGreaterThan(100);
  expect(await keys()).toMatchObject({ keys: 1, accounts: 1, unsettled: [], vanished: [], orphans: [] });

  await shop.cli('accounts', 'erase', 'acme', '--yes');
  while ((await keys()).keys !== 0) await sleep(500);
  expect(await keys()).toMatchObject({ keys: 0, accounts: 0 });
}, 180_000);

test('an account that nobody told of, and a key of nobody, are put right by hand', async () => {
  const { id, key } = await shop.accounts.create('large');
  const gateway = new APIGatewayClient({
    endpoint: shop.engine.endpoints.api_gateway!,
    region: REGION,
    credentials: CREDENTIALS,
  });
  const [provisioner] = shop.engine.functions.filter(({ environment }) => environment.USAGE_PLANS);
  const orphan = provisionedUsageKey(provisioner!.environment.USAGE_KEY_SCOPE!, 'erased', Date.now());
  await gateway.send(new CreateApiKeyCommand({ name: orphan, value: orphan, enabled: true }));
  gateway.destroy();

  const found = { unsettled: [id], vanished: [], orphans: [orphan] };
  expect(await keys()).toMatchObject({ dryRun: true, ...found });
  expect(await shop.cli('usage-keys', 'repair')).toMatchObject({ dryRun: false, ...found });
  await keyAfter(id, undefined);
  expect(await keys()).toMatchObject({ keys: 1, unsettled: [], vanished: [], orphans: [] });
  expect((await shop.call(key)).status).toBe(200);
}, 60_000);
