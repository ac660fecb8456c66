import { Harness } from './support/harness';
import { mock, type Props, StackBuilder } from './support/stack-builder';
import { GATEWAY_RESPONSE_TYPE_NAMES } from '../../../local/gateway/response/gateway-response-types';
import { GatewayResponses } from '../../../local/gateway/response/gateway-response';
import { Connection } from '../../../local/gateway/http/connection';
import { Exchange } from '../../../local/gateway/http/exchange';
import { refuse } from '../../../local/gateway/http/outcome';

let harness: Harness | undefined;
afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

/** The answer to an unknown path, under these gateway responses. */
async function missing(responses: Props[], path = '/nope', headers: Record<string, string> = {}) {
  const stack = new StackBuilder()
    .stage('prod', { Variables: { colour: 'blue' } })
    .method('GET', '/', mock());
  for (const [i, r] of responses.entries()) stack.own('GatewayResponse', `R${i}`, r);
  harness = await Harness.start(stack);
  return harness.call(path, { headers });
}

const MISSING = 'MISSING_AUTHENTICATION_TOKEN';
const template = (text: string, type = 'application/json'): Props => ({
  ResponseType: MISSING,
  ResponseTemplates: { [type]: text },
});

test.each<[string, string, string]>([
  ['nested members', '$context.identity.sourceIp', '127.0.0.1'],
  ['the message with quotes', '$context.error.messageString', '"Missing Authentication Token"'],
  ['the message without', '$context.error.message', 'Missing Authentication Token'],
  ['the type', '$context.error.responseType', MISSING],
  ['stage variables', '$stageVariables.colour.', 'blue.'],
  ['a header of the request', '$method.request.header.x-mine', 'yes'],
  ['a query parameter', '$method.request.querystring.q', 'v'],
  ['no directives', '#if(true)$context.stage#end', '#if(true)prod#end'],
  ['what only access logs know', '[$context.status$context.responseLatency]', '[]'],
])('a template substitutes %s (AG §2.2)', async (_name, text, expected) => {
  expect((await missing([template(text)], '/nope?q=v', { 'x-mine': 'yes' })).text).toBe(expected);
});

test('the content type is that of the template', async () => {
  const answer = await missing([template('<no/>', 'application/xml')]);
  expect([answer.text, answer.headers['content-type']]).toEqual(['<no/>', 'application/xml']);
});

test.each<[string, Props[], number, string]>([
  ['nothing', [], 403, 'Missing Authentication Token'],
  [
    'the family without a status',
    [{ ResponseType: 'DEFAULT_4XX', ResponseParameters: {} }],
    403,
    'Missing Authentication Token',
  ],
  [
    'the other family',
    [{ ResponseType: 'DEFAULT_5XX', StatusCode: '599' }],
    403,
    'Missing Authentication Token',
  ],
  ['the family', [{ ResponseType: 'DEFAULT_4XX', StatusCode: '499' }], 499, 'Missing Authentication Token'],
  [
    'the type over the family',
    [{ ResponseType: 'DEFAULT_4XX', StatusCode: '499' }, { ResponseType: MISSING }],
    403,
    'Missing Authentication Token',
  ],
])('customised: %s', async (_name, responses, status, message) => {
  const answer = await missing(responses);
  expect([answer.status, answer.json]).toEqual([status, { message }]);
});

test('a header mapping without a value is left out, one of the content type replaces it', async () => {
  const answer = await missing([
    {
      ResponseType: MISSING,
      ResponseParameters: {
        'gatewayresponse.header.x-none': 'method.request.header.x-none',
        'gatewayresponse.header.x-stage': 'stageVariables.colour',
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
        'gatewayresponse.header.WWW-Authenticate': "'Bearer'",
      },
    },
  ]);
  expect(answer.headers).not.toHaveProperty('x-none');
  expect(answer.headers).toMatchObject({
    'x-stage': 'blue',
    'content-type': 'application/problem+json',
    'www-authenticate': 'Bearer',
  });
  expect(answer.rawHeaders.filter((h) => h.toLowerCase() === 'content-type')).toHaveLength(1);
});

/** Types that the engine answers with, as recorded (AG §2): status, `x-amzn-ErrorType`, what begins the body. */
test.each([
  ['ACCESS_DENIED', 403, 'AccessDeniedException', '{"Message":"'],
  ['API_CONFIGURATION_ERROR', 500, 'InternalServerErrorException', '{"message": "'],
  ['AUTHORIZER_CONFIGURATION_ERROR', 500, 'AuthorizerConfigurationException', '{"message":"'],
  ['BAD_REQUEST_BODY', 400, 'BadRequestException', '{"message": "'],
  ['BAD_REQUEST_PARAMETERS', 400, 'BadRequestException', '{"message": "'],
  ['INTEGRATION_FAILURE', 504, 'InternalServerErrorException', '{"message": "'],
  ['INTEGRATION_TIMEOUT', 504, 'InternalServerErrorException', '{"message": "'],
  ['INVALID_API_KEY', 403, 'ForbiddenException', '{"message":"'],
  ['MISSING_AUTHENTICATION_TOKEN', 403, 'MissingAuthenticationTokenException', '{"message":"'],
  ['QUOTA_EXCEEDED', 429, 'LimitExceededException', '{"message":"'],
  ['REQUEST_TOO_LARGE', 413, 'BadRequestException', '{"message": "'],
  ['THROTTLED', 429, 'TooManyRequestsException', '{"message":"'],
  ['UNAUTHORIZED', 401, 'UnauthorizedException', '{"message":"'],
  ['UNSUPPORTED_MEDIA_TYPE', 415, 'BadRequestException', '{"message": "'],
] as const)('%s is %i %s', (type, status, errorType, start) => {
  const responses = new GatewayResponses([]);
  const incoming = { rawHeaders: [], connection: new Connection({}), httpVersion: '1.1' };
  const exchange = new Exchange({ gatewayResponses: responses } as never, incoming, 0, 'id');
  const reply = responses.reply(exchange, refuse(type, 'because'));
  expect(reply).toMatchObject({
    status,
    headers: ['x-amzn-ErrorType', errorType, 'Content-Type', 'application/json'],
    body: `${start}because"}`,
  });
});

test('every type has a default body that is JSON, with its message', () => {
  const responses = new GatewayResponses([]);
  const incoming = { rawHeaders: [], connection: new Connection({}), httpVersion: '1.1' };
  for (const type of GATEWAY_RESPONSE_TYPE_NAMES) {
    const exchange = new Exchange({ gatewayResponses: responses } as never, incoming, 0, 'id');
    const reply = responses.reply(exchange, refuse(type, 'because'));
    expect(Object.values(JSON.parse(reply.body as string) as object)).toEqual(['because']);
    expect(reply.status).toBeGreaterThanOrEqual(400);
  }
});
