import { deny } from './support/authorizers';
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
