import { allow } from './support/authorizers';
import { FakeFunctions } from './support/fake-functions';
import { Harness } from './support/harness';
import { call } from './support/http';
import { mock, type Props, StackBuilder, uriOf } from './support/stack-builder';

const KEY = 'k'.repeat(20);
const OTHER = 'o'.repeat(20);
const stageOf = (stage: string, more: Props = {}): Props => ({ ApiId: 'api1', Stage: stage, ...more });

let harness: Harness;
afterEach(() => harness.close());

async function start(plan: Props, stage: Props = {}, api: Props = {}): Promise<void> {
  const functions = new FakeFunctions();
  const auth = functions.add('auth', () => allow('*', { usageIdentifierKey: KEY }));
  const stack = new StackBuilder('api1', api)
    .stage('prod', stage)
    .stage('test')
    .own('Authorizer', 'Auth', {
      Type: 'REQUEST',
      AuthorizerUri: uriOf(auth),
      IdentitySource: '',
      AuthorizerResultTtlInSeconds: 0,
    })
    .add('ApiKey', 'Key', { Value: KEY, Enabled: true })
    .add('ApiKey', 'Other', { Value: OTHER, Enabled: true })
    .add('UsagePlan', 'Plan', { ApiStages: [stageOf('prod'), stageOf('test')], ...plan })
    .add('UsagePlanKey', 'Binding', { KeyId: 'Key', KeyType: 'API_KEY', UsagePlanId: 'Plan' })
    .add('UsagePlanKey', 'OtherBinding', { KeyId: 'Other', KeyType: 'API_KEY', UsagePlanId: 'Plan' })
    .method('GET', '/a', mock(), { ApiKeyRequired: true })
    .method('GET', '/b', mock(), { ApiKeyRequired: true })
    .method('GET', '/', mock(), { ApiKeyRequired: true })
    .method('GET', '/open', mock())
    .method('GET', '/guarded', mock(), {
      ApiKeyRequired: true,
      AuthorizationType: 'CUSTOM',
      AuthorizerId: 'Auth',
    });
  harness = await Harness.start(stack, functions);
}

async function statuses(times: number, path = '/a', key = KEY, stage = 'prod'): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < times; i++)
    all.push((await call(harness.url(stage), path, { headers: { 'x-api-key': key } })).status);
  return all;
}

test('a burst, then the rate, by the clock', async () => {
  await start({ Throttle: { RateLimit: 2, BurstLimit: 3 } });
  expect(await statuses(5)).toEqual([200, 200, 200, 429, 429]);
  harness.clock.advance(500);
  expect(await statuses(2)).toEqual([200, 429]);
  expect(harness.records.at(-1)).toMatchObject({ status: 429, lane: 'THROTTLED' });
});

test('each key has its own bucket, over all stages of the plan', async () => {
  await start({ Throttle: { RateLimit: 1, BurstLimit: 1 } });
  expect(await statuses(1, '/a', KEY, 'prod')).toEqual([200]);
  expect(await statuses(1, '/a', KEY, 'test')).toEqual([429]);
  expect(await statuses(1, '/b', KEY, 'prod')).toEqual([429]);
  expect(await statuses(1, '/a', OTHER, 'prod')).toEqual([200]);
});

test('an empty throttle is none', async () => {
  await start({ Throttle: {} });
  expect(await statuses(20)).toEqual(Array(20).fill(200));
});

test('a method throttle of the plan applies to that method, also at the root', async () => {
  const Throttle = { '/a/GET': { RateLimit: 1, BurstLimit: 1 }, '//GET': { RateLimit: 1, BurstLimit: 2 } };
  await start({ ApiStages: [stageOf('prod', { Throttle })] });
  expect(await statuses(2, '/a')).toEqual([200, 429]);
  expect(await statuses(3, '/b')).toEqual([200, 200, 200]);
  expect(await statuses(3, '/')).toEqual([200, 200, 429]);
});

test('a method throttle does not lift the limit of the plan', async () => {
  const Throttle = { '/a/GET': { RateLimit: 100, BurstLimit: 100 } };
  await start({ ApiStages: [stageOf('prod', { Throttle })], Throttle: { RateLimit: 1, BurstLimit: 1 } });
  expect(await statuses(2, '/a')).toEqual([200, 429]);
});

test.each([
  ['all methods', [{ ResourcePath: '/*', HttpMethod: '*' }], '/open', [200, 429]],
  ['one method', [{ ResourcePath: '/~1open', HttpMethod: 'GET' }], '/open', [200, 429]],
  ['another method', [{ ResourcePath: '/~1other', HttpMethod: 'GET' }], '/open', [200, 200]],
])('a stage throttle for %s, without any key', async (_name, settings, path, expected) => {
  const MethodSettings = settings.map((s) => ({ ...s, ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 }));
  await start({}, { MethodSettings });
  expect(await statuses(2, path)).toEqual(expected);
});

test('a quota by the calendar day, over all stages, next day anew', async () => {
  await start({ Quota: { Limit: 2, Period: 'DAY' } });
  expect(await statuses(1, '/a', KEY, 'test')).toEqual([200]);
  expect(await statuses(2)).toEqual([200, 429]);
  expect(harness.records.at(-1)).toMatchObject({ lane: 'QUOTA_EXCEEDED' });
  harness.clock.advance(12 * 3_600_000);
  expect(await statuses(1)).toEqual([200]);
});

test('a method that requires no key takes nothing from the plan (AG §3)', async () => {
  await start({ Quota: { Limit: 1, Period: 'MONTH' } });
  expect(await statuses(3, '/open')).toEqual([200, 200, 200]);
  expect(await statuses(2, '/a')).toEqual([200, 429]);
});

test('the key that the authorizer names is throttled and counted', async () => {
  await start({ Quota: { Limit: 2, Period: 'WEEK' } }, {}, { ApiKeySourceType: 'AUTHORIZER' });
  expect(await statuses(3, '/guarded', 'ignored')).toEqual([200, 200, 429]);
});

test('a method that requires a key but has no authorizer, with the key named by one: 403', async () => {
  await start({}, {}, { ApiKeySourceType: 'AUTHORIZER' });
  expect(await statuses(1, '/a')).toEqual([403]);
});

test('a request that is refused leaves every other bucket as it was', async () => {
  const Throttle = { '/a/GET': { RateLimit: 1, BurstLimit: 1 } };
  await start({ ApiStages: [stageOf('prod', { Throttle })], Throttle: { RateLimit: 1, BurstLimit: 3 } });
  expect(await statuses(4, '/a')).toEqual([200, 429, 429, 429]);
  expect(await statuses(3, '/b')).toEqual([200, 200, 429]);
});
