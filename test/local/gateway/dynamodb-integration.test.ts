import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { startGateway, checkGatewayResources } from '../../../local/gateway';
import { type Gateway } from '../../../local/contract';
import { FakeFunctions } from './support/fake-functions';
import { call } from './support/http';
import { ManualClock } from './support/manual-clock';
import { StackBuilder } from './support/stack-builder';

const seen: { readonly headers: Record<string, unknown>; readonly body: string }[] = [];
let service: Server;
let gateway: Gateway;

beforeAll(async () => {
  service = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ headers: request.headers, body });
      response.writeHead(body.includes('bad') ? 400 : 200, { 'Content-Type': 'application/x-amz-json-1.0' });
      response.end(body.includes('bad') ? '{"__type":"ValidationException"}' : '{"Item":{"id":{"S":"7"}}}');
    });
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const stack = new StackBuilder()
    .stage()
    .method('GET', '/items/{id}', {
      Type: 'AWS',
      IntegrationHttpMethod: 'POST',
      Uri: 'arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem',
      RequestTemplates: {
        'application/json': '{"TableName":"t","Key":{"id":{"S":"$input.params(\'id\')"}}}',
      },
      IntegrationResponses: [
        {
          StatusCode: '200',
          ResponseTemplates: { 'application/json': '{"id":"$input.path(\'$.Item.id.S\')"}' },
        },
        { StatusCode: '400', SelectionPattern: '4\\d\\d' },
      ],
    })
    .build();
  expect(checkGatewayResources([stack])).toEqual([]);
  gateway = await startGateway({
    stacks: [stack],
    functions: new FakeFunctions(),
    clock: new ManualClock(),
    port: 0,
    endpoints: { dynamodb: `http://127.0.0.1:${(service.address() as AddressInfo).port}` },
  });
});

afterAll(async () => {
  await gateway.close();
  service.closeAllConnections();
  service.close();
});

test('the template is the request of the action (AG §7.8)', async () => {
  const answer = await call(gateway.apis[0]?.url as string, '/items/7');
  expect([answer.status, answer.json]).toEqual([200, { id: '7' }]);
  expect(seen.at(-1)?.body).toBe('{"TableName":"t","Key":{"id":{"S":"7"}}}');
  expect(seen.at(-1)?.headers).toMatchObject({
    'x-amz-target': 'DynamoDB_20120810.GetItem',
    'content-type': 'application/x-amz-json-1.0',
    authorization: expect.stringContaining('/eu-west-1/dynamodb/'),
  });
});

test('an error is selected by its status and passed through', async () => {
  const answer = await call(gateway.apis[0]?.url as string, '/items/bad');
  expect([answer.status, answer.json]).toEqual([400, { __type: 'ValidationException' }]);
});
