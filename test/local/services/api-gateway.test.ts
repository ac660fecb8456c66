import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteUsagePlanKeyCommand,
  FlushStageAuthorizersCacheCommand,
  GetApiKeyCommand,
  GetApiKeysCommand,
  GetUsagePlanKeysCommand,
  GetUsagePlansCommand,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import { type Engine, startEngine } from '../../../local';
import { temporaryDirectory, writeTemplate } from '../assembly/template-file';

const directory = temporaryDirectory();
const KEY_DELAY_MS = 120_000;
const at = (Type: string, Properties: object) => ({ Type: `AWS::ApiGateway::${Type}`, Properties });
const RestApiId = { Ref: 'Api' };
const ApiStages = [{ ApiId: RestApiId, Stage: { Ref: 'Stage' } }];
const template = {
  Resources: {
    Api: at('RestApi', { Name: 'shop' }),
    Get: at('Method', {
      RestApiId,
      ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
      HttpMethod: 'GET',
      AuthorizationType: 'NONE',
      ApiKeyRequired: true,
      Integration: {
        Type: 'MOCK',
        RequestTemplates: { 'application/json': '{"statusCode":200}' },
        IntegrationResponses: [{ StatusCode: '200' }],
      },
      MethodResponses: [{ StatusCode: '200' }],
    }),
    Deployment: at('Deployment', { RestApiId }),
    Stage: at('Stage', { RestApiId, DeploymentId: { Ref: 'Deployment' }, StageName: 'prod' }),
    Gold: at('UsagePlan', { UsagePlanName: 'gold', ApiStages }),
    Silver: at('UsagePlan', { UsagePlanName: 'silver', ApiStages }),
    // What makes the engine start the services at all.
    Queue: { Type: 'AWS::SQS::Queue' },
  },
};

let engine: Engine;
let client: APIGatewayClient;
let plan: Record<string, string>;
beforeAll(async () => {
  engine = await startEngine({ source: writeTemplate(directory, template), keyDelayMs: KEY_DELAY_MS });
  client = new APIGatewayClient({
    endpoint: engine.endpoints.api_gateway,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { items } = await client.send(new GetUsagePlansCommand({}));
  plan = Object.fromEntries(items!.map(({ name, id }) => [name!, id!]));
});
afterAll(async () => {
  client.destroy();
  await engine.close();
});
beforeEach(() => engine.clock.advance(10_000));

const call = async (key: string) =>
  (await fetch(engine.apis[0]!.url, { headers: { 'x-api-key': key } })).status;
const create = (name: string) => client.send(new CreateApiKeyCommand({ name, enabled: true }));
const bind = (keyId: string, usagePlanId = plan.gold!) =>
  client.send(new CreateUsagePlanKeyCommand({ keyId, usagePlanId, keyType: 'API_KEY' }));

test('a key is honoured once it is on a plan and the delay is over, until it is deleted', async () => {
  const { id, value } = await create('one');
  expect(await call(value!)).toBe(403);
  await bind(id!);
  engine.clock.advance(KEY_DELAY_MS - 5_000);
  expect(await call(value!)).toBe(403);
  engine.clock.advance(5_000);
  expect(await call(value!)).toBe(200);
  await client.send(new DeleteApiKeyCommand({ apiKey: id }));
  expect(await call(value!)).toBe(403);
  await expect(client.send(new GetApiKeyCommand({ apiKey: id }))).rejects.toMatchObject({
    name: 'NotFoundException',
  });
});

test('a key is disabled and enabled again, and leaves a plan', async () => {
  const { id, value } = await create('two');
  await bind(id!);
  engine.clock.advance(KEY_DELAY_MS);
  const enabled = (text: string) =>
    client.send(
      new UpdateApiKeyCommand({
        apiKey: id,
        patchOperations: [{ op: 'replace', path: '/enabled', value: text }],
      }),
    );
  expect((await enabled('false')).enabled).toBe(false);
  expect(await call(value!)).toBe(403);
  await enabled('true');
  expect(await call(value!)).toBe(200);
  await client.send(new DeleteUsagePlanKeyCommand({ keyId: id, usagePlanId: plan.gold }));
  expect(await call(value!)).toBe(403);
});

test('a key is on one plan of a stage', async () => {
  const { id } = await create('three');
  await bind(id!);
  await expect(bind(id!, plan.silver)).rejects.toMatchObject({ name: 'ConflictException' });
  const { items } = await client.send(new GetUsagePlanKeysCommand({ usagePlanId: plan.gold }));
  expect(items!.map(({ name }) => name)).toEqual(['three']);
});

test('keys are listed page by page, with their values on demand', async () => {
  const { value } = await create('four');
  const first = await client.send(new GetApiKeysCommand({ limit: 1 }));
  expect(first.items).toHaveLength(1);
  expect(first.items![0]).not.toHaveProperty('value');
  const { items } = await client.send(new GetApiKeysCommand({ nameQuery: 'four', includeValues: true }));
  expect(items).toMatchObject([{ name: 'four', value }]);
});

test('five keys a second are made, and no more', async () => {
  const made = await Promise.allSettled(Array.from({ length: 50 }, (_, i) => create(`rate-${i}`)));
  const refused = made.filter(({ status }) => status === 'rejected');
  expect(made.length - refused.length).toBeGreaterThanOrEqual(5);
  expect(refused[0]).toMatchObject({
    reason: { name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } },
  });
  engine.clock.advance(1_000);
  await create('rate-later');
});

test('a value is not used twice', async () => {
  const value = 'x'.repeat(20);
  await client.send(new CreateApiKeyCommand({ value }));
  await expect(client.send(new CreateApiKeyCommand({ value }))).rejects.toMatchObject({
    name: 'ConflictException',
  });
});

test('flushes the caches of a stage that exists', async () => {
  const restApiId = engine.apis[0]!.apiId;
  await client.send(new FlushStageAuthorizersCacheCommand({ restApiId, stageName: 'prod' }));
  await expect(
    client.send(new FlushStageAuthorizersCacheCommand({ restApiId, stageName: 'nowhere' })),
  ).rejects.toMatchObject({ name: 'NotFoundException' });
});
