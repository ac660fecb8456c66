import { allow, deny } from './support/authorizers';
import { FakeFunctions } from './support/fake-functions';
import { Harness } from './support/harness';
import { lambdaProxy, mock, StackBuilder, uriOf } from './support/stack-builder';

const FORMAT =
  '$context.requestId|$context.identity.sourceIp|$context.httpMethod|$context.resourcePath|$context.path|' +
  '$context.stage|$context.status|$context.error.responseType|$context.error.messageString|' +
  '$context.authorizer.status|$context.authorizer.plan|$context.integration.status|$context.responseLength|' +
  '$context.waf.status|$context.requestTime';

let harness: Harness;
afterEach(() => harness.close());

async function start(): Promise<void> {
  const functions = new FakeFunctions();
  const auth = functions.add('auth', () => deny('*', { context: { plan: 'gold' } }));
  const back = functions.add('back', () => ({ statusCode: 201, body: 'made' }));
  harness = await Harness.start(
    new StackBuilder()
      .stage('prod', { AccessLogSetting: { DestinationArn: 'arn', Format: FORMAT } })
      .own('Authorizer', 'Auth', {
        Type: 'REQUEST',
        AuthorizerUri: uriOf(auth),
        IdentitySource: '',
        AuthorizerResultTtlInSeconds: 0,
      })
      .method('GET', '/denied', mock(), { AuthorizationType: 'CUSTOM', AuthorizerId: 'Auth' })
      .method('POST', '/made/{id}', lambdaProxy(back)),
    functions,
  );
}

test('one line per request in the format of the stage; what is missing is a dash (AG §9)', async () => {
  await start();
  await harness.call('/made/7', { method: 'POST', headers: { 'x-amzn-requestid': 'mine' } });
  await harness.call('/denied', { headers: { 'x-amzn-requestid': 'mine' } });
  await harness.call('/nothing', { headers: { 'x-amzn-requestid': 'mine' } });
  const time = '15/Jan/2026:12:00:00 +0000';
  expect(harness.accessLog.map((e) => e.line)).toEqual([
    `mine|127.0.0.1|POST|/made/{id}|/prod/made/7|prod|201|-|-|-|-|200|4|-|${time}`,
    'mine|127.0.0.1|GET|/denied|/prod/denied|prod|403|ACCESS_DENIED|' +
      `"User is not authorized to access this resource with an explicit deny"|200|gold|-|82|-|${time}`,
    `mine|127.0.0.1|GET|-|/prod/nothing|prod|403|MISSING_AUTHENTICATION_TOKEN|"Missing Authentication Token"|-|-|-|42|-|${time}`,
  ]);
  expect(harness.accessLog[0]).toMatchObject({ apiLogicalId: 'Api', stage: 'prod' });
});

/** Variables of the sheet that the test above leaves out, as `name=value` each. */
const NAMES = [
  'authorize.status',
  'authorize.error',
  'authorizer.status',
  'authorizer.error',
  'authorizer.integrationStatus',
  'authorizer.principalId',
  'authorizer.requestId',
  'authenticate.status',
  'waf.error',
  'identity.userAgent',
  'identity.apiKeyId',
  'integration.integrationStatus',
  'integration.error',
  'integrationStatus',
  'error.message',
  'error.validationErrorString',
];
const NUMBERS = [
  'authorizer.latency',
  'authorizer.integrationLatency',
  'integration.latency',
  'responseLatency',
];
const MORE = [...NAMES, ...NUMBERS, 'xrayTraceId', 'extendedRequestId'];

/** The variables of one request to a guarded route, by name. */
async function logged(answer: () => unknown, backend: () => unknown): Promise<Record<string, string>> {
  const functions = new FakeFunctions();
  const auth = functions.add('auth', answer);
  const back = functions.add('back', backend);
  const Format = MORE.map((name) => `${name}=$context.${name}`).join(';');
  harness = await Harness.start(
    new StackBuilder()
      .stage('prod', { AccessLogSetting: { DestinationArn: 'arn', Format } })
      .own('Authorizer', 'Auth', {
        Type: 'REQUEST',
        AuthorizerUri: uriOf(auth),
        IdentitySource: '',
        AuthorizerResultTtlInSeconds: 0,
      })
      .method('GET', '/', lambdaProxy(back), { AuthorizationType: 'CUSTOM', AuthorizerId: 'Auth' }),
    functions,
  );
  await harness.call('/', { headers: { 'User-Agent': 'curl/8' } });
  const values = Object.fromEntries(harness.accessLog[0]!.line.split(';').map((part) => part.split('=')));
  expect(values).toMatchObject({
    xrayTraceId: expect.stringMatching(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/),
    responseLatency: expect.stringMatching(/^\d+$/),
  });
  return values as Record<string, string>;
}

const NONE = Object.fromEntries(NAMES.map((name) => [name, '-']));

test('of an allowed request the log knows authorization, authorizer and integration (AG §9)', async () => {
  const values = await logged(
    () => allow(),
    () => ({ statusCode: 200 }),
  );
  expect(values).toMatchObject({
    ...NONE,
    'authorize.status': '200',
    'authorizer.status': '200',
    'authorizer.integrationStatus': '200',
    'authorizer.principalId': 'me',
    'identity.userAgent': 'curl/8',
    'integration.integrationStatus': '200',
    integrationStatus: '200',
  });
  for (const name of NUMBERS) expect(values[name]).toMatch(/^\d+$/);
});

test('of a fault of the authorizer the log has its status, and nothing of an integration (AG §9)', async () => {
  const fail = (): never => {
    throw new Error('boom');
  };
  expect(await logged(fail, fail)).toMatchObject({
    ...NONE,
    'authorizer.status': '500',
    'authorizer.integrationStatus': '500',
    'identity.userAgent': 'curl/8',
    'integration.latency': '-',
  });
});

test('of a fault of the integration the log has its message (AG §9)', async () => {
  const values = await logged(
    () => allow(),
    () => 'nonsense',
  );
  expect(values).toMatchObject({
    'integration.error': 'Internal server error',
    'error.message': 'Internal server error',
  });
});
