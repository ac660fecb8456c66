import {
  APIGatewayClient,
  CreateRestApiCommand,
  CreateUsagePlanCommand,
  GetApiKeysCommand,
  GetUsagePlanKeysCommand,
} from '@aws-sdk/client-api-gateway';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SqsAccountQueue } from '../../lambda/provisioner/account-queue';
import { ApiGateway } from '../../lambda/provisioner/api-gateway';
import { Provisioner } from '../../lambda/provisioner/provisioner';
import { MOTO_REGION, motoIsHere, startMoto, type Moto } from '../helpers/moto';
import { buildAccount, MemoryUsageKeyStore } from '../provisioner/support/memory-usage-key-store';

const MINUTE = 60_000;
const onMoto = motoIsHere() ? describe : describe.skip;

onMoto('the provisioner on moto', () => {
  let moto: Moto;
  let client: APIGatewayClient;
  let gateway: ApiGateway;
  let pro: string;
  let max: string;

  beforeAll(async () => {
    moto = await startMoto();
    client = new APIGatewayClient(config());
    gateway = new ApiGateway(client);
    await client.send(new CreateRestApiCommand({ name: 'api' }));
    [pro, max] = (await Promise.all(['pro', 'max'].map(newPlan))) as [string, string];
  }, 60_000);
  afterAll(async () => {
    client?.destroy();
    await moto?.close();
  });

  const config = () => ({
    endpoint: moto.url,
    region: MOTO_REGION,
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    maxAttempts: 1,
  });
  const newPlan = async (name: string) => (await client.send(new CreateUsagePlanCommand({ name }))).id!;
  const keysOn = async (usagePlanId: string) =>
    ((await client.send(new GetUsagePlanKeysCommand({ usagePlanId }))).items ?? []).map(({ value }) => value);
  const allKeys = async () =>
    ((await client.send(new GetApiKeysCommand({ includeValues: true }))).items ?? []).map(
      ({ value }) => value,
    );

  test('a key is made once, found by its name, attached and deleted, each as often as one likes', async () => {
    const value = 'Shop-0123456789-kabc-once';
    const created = await gateway.create(value);
    expect(created).toEqual({ keyId: expect.any(String) });
    expect(await gateway.create(value)).toBe('exists');
    const keyId = await gateway.find(value);
    expect(created).toEqual({ keyId });
    expect(await gateway.find('Shop-0123456789-kabc')).toBeUndefined();
    // moto goes on listing a key that was deleted: a plan that no other test looks at.
    const plan = await newPlan('once');
    expect(await gateway.attach(plan, keyId!)).toBe('attached');
    expect(await gateway.attach(plan, keyId!)).toBe('attached');
    expect(await keysOn(plan)).toEqual([value]);
    const listed: string[] = [];
    for await (const key of gateway.list('Shop-0123456789-k')) listed.push(key.name);
    expect(listed).toEqual([value]);
    await gateway.delete(keyId!);
    await gateway.delete(keyId!);
    expect(await gateway.attach(max, keyId!)).toBe('refused');
    expect(await gateway.find(value)).toBeUndefined();
  });

  test('an account comes to its key and changes it with its plan', async () => {
    const store = new MemoryUsageKeyStore();
    store.accounts.set('acme', buildAccount('acme'));
    let now = Date.now();
    const provisioner = new Provisioner(
      { store, gateway, clock: () => now, onExhausted: () => undefined },
      {
        scope: 'Shop-9876543210',
        usagePlans: { pro, max },
        activationWaitMs: 10 * MINUTE,
        drainMs: 5 * MINUTE,
      },
    );
    const settle = async () => {
      for (let until = await provisioner.provision('acme'); until !== undefined;) {
        now = until;
        until = await provisioner.provision('acme');
      }
    };
    const usageKey = () => store.accounts.get('acme')!.usageKey;

    await settle();
    const first = usageKey();
    expect(await keysOn(pro)).toEqual([first]);

    store.change('acme', { plan: 'max' });
    await settle();
    expect(await keysOn(max)).toEqual([usageKey()]);
    expect(await allKeys()).toEqual([usageKey()]);
    expect(usageKey()).not.toBe(first);

    store.accounts.delete('acme');
    await settle();
    expect(await allKeys()).toEqual([]);
    expect(store.states.size).toBe(0);
  });

  test('the queue takes accounts, now and later', async () => {
    const sqs = new SQSClient(config());
    try {
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'accounts' }));
      const queue = new SqsAccountQueue(sqs, QueueUrl!);
      const ids = Array.from({ length: 12 }, (_, index) => `account${index}`);
      await queue.send(ids);
      await queue.sendLater('delayed', 3_600_000);
      const bodies: string[] = [];
      for (let turn = 0; turn < 3; turn += 1) {
        const answer = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
        bodies.push(...(answer.Messages ?? []).map(({ Body }) => Body!));
      }
      expect(bodies.sort()).toEqual(ids.map((accountId) => JSON.stringify({ accountId })).sort());
    } finally {
      sqs.destroy();
    }
  });
});
