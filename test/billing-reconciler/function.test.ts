import { createFunction } from '../../lambda/billing-reconciler/function';
import { DynamoDbProgress } from '../../lambda/billing-reconciler/progress';
import { dynamoDbTargets } from '../helpers/dynamodb-targets';
import { DAY, HOUR, START } from '../billing/support/clock';
import { StripeModel } from '../billing/support/stripe-model';
import { StripeServer } from '../billing/support/stripe-server';
import { CATALOGUE, Endpoint, SETTINGS } from '../billing-webhook/support/endpoint';

describe.each(dynamoDbTargets)('the function, put together as in Lambda, on $name', (target) => {
  let endpoint: Endpoint;
  let stripe: StripeServer;
  beforeAll(async () => {
    endpoint = await Endpoint.open(target);
    stripe = await StripeServer.start();
    endpoint.services.secrets.key = 'rk_test_of_nobody\n';
  });
  afterAll(async () => {
    await stripe.stop();
    await endpoint.stop();
  });

  const lines: Record<string, any>[] = [];
  const slept: number[] = [];
  const build = () =>
    createFunction({
      env: {
        ...endpoint.env,
        AWS_LAMBDA_FUNCTION_NAME: 'reconciler',
        RECONCILE_EVERY_MS: String(DAY),
        STRIPE_ENDPOINT_URL: stripe.endpoint,
        BILLING_SETTINGS: JSON.stringify({ ...SETTINGS, stripe: { ...SETTINGS.stripe, apiKey: 'key' } }),
      },
      catalogue: CATALOGUE,
      clock: () => stripe.now,
      sleep: async (ms) => void slept.push(ms),
      log: (line) => lines.push(JSON.parse(line) as Record<string, any>),
    });
  const run = (remainingMs = 600_000) => build()(undefined, { getRemainingTimeInMillis: () => remainingMs });

  test('repairs, tells the bus, counts, and is quiet until the next day', async () => {
    await endpoint.createAccount('acme');
    stripe.models = [new StripeModel('cus_1').checkout('acme').subscribe({ price: 'price_pro' })];
    stripe.now = START + HOUR;
    await run();
    expect(await endpoint.accounts.findAccount('acme')).toMatchObject({ plan: 'pro' });
    expect(endpoint.services.published.map(({ DetailType }) => DetailType)).toContain(
      'subscription.activated',
    );
    expect(lines.filter(({ message }) => message === 'repaired')).toContainEqual({
      level: 'WARN',
      message: 'repaired',
      account: 'acme',
      cause: 'not-linked',
      source: expect.stringMatching(/^evt_/),
    });
    expect(lines.at(-1)).toMatchObject({
      message: 'reconciled',
      done: true,
      FunctionName: 'reconciler',
      Repaired: 2,
      NotReconciled: 0,
      _aws: { CloudWatchMetrics: [{ Namespace: 'CdkApiPaywall' }] },
    });
    expect(slept).toContain(20_000);

    lines.length = 0;
    stripe.asked.length = 0;
    stripe.now += HOUR;
    await run();
    expect([lines, stripe.asked]).toEqual([[], []]);
    stripe.now += DAY;
    await run();
    expect(lines).toMatchObject([{ message: 'reconciled', Repaired: 0 }]);
  });

  test('a run with no time left saves how far it came; the next one ends the pass', async () => {
    stripe.now += DAY;
    await run(1_000);
    const stored = await new DynamoDbProgress(endpoint.client, SETTINGS.tableName).read();
    expect(stored.pass).toMatchObject({ startedAt: stripe.now });
    await run();
    expect((await new DynamoDbProgress(endpoint.client, SETTINGS.tableName).read()).pass).toBeUndefined();
  });

  test('what cannot be read makes the run fail, when all else is done', async () => {
    stripe.now += DAY;
    const [model] = stripe.models;
    const look = model!.look.bind(model);
    model!.look = (one) => ({ ...look(one), status: 'unheard_of' });
    await expect(run()).rejects.toThrow('2 things could not be reconciled');
    model!.look = look;
    expect(lines.filter(({ level }) => level === 'ERROR')).toHaveLength(2);
    expect((await new DynamoDbProgress(endpoint.client, SETTINGS.tableName).read()).pass).toBeUndefined();
  });

  test('progress is written by one run only', async () => {
    const store = new DynamoDbProgress(endpoint.client, SETTINGS.tableName);
    const seen = await store.read();
    expect(await store.write(seen)).toBe(true);
    expect(await store.write(seen)).toBe(false);
  });
});
