import { PLAIN } from '../../cli/message';
import { type LocalReady, servingMessages } from '../../cli/messages/serving';

const API = {
  stack: 'Shop',
  logicalId: 'Api',
  name: 'orders',
  stage: 'prod',
  url: 'http://127.0.0.1:4000/prod/',
};
const READY: LocalReady = {
  apis: [API],
  endpoints: [{ logicalId: 'Api', method: 'GET', path: '/orders' }],
  services: {},
  pid: 1,
};

const textOf = (ready: LocalReady) => servingMessages.localReady(ready).text(PLAIN).split('\n');

test('each API is told with its endpoints', () => {
  expect(textOf(READY)).toEqual([
    'Shop/orders http://127.0.0.1:4000/prod/',
    '  GET     /orders',
    'Press Ctrl-C to stop.',
  ]);
});

test('stacks without an API say so', () => {
  expect(textOf({ ...READY, apis: [], endpoints: [] })).toEqual([
    'The stacks have no REST API with a stage: no request is served.',
    'Press Ctrl-C to stop.',
  ]);
});
