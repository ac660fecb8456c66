import { type Targets } from './case';
import { AUTHORIZER_CASES } from './cases/authorizers';
import { CORS_CASES } from './cases/cors';
import { HTTP_CASES } from './cases/http';
import { KEY_CASES } from './cases/keys';
import { LAMBDA_CASES } from './cases/lambda';
import { MOCK_CASES } from './cases/mock';
import { PROXY_CASES } from './cases/proxy';
import { RESPONSE_CASES } from './cases/responses';
import { ROUTING_CASES } from './cases/routing';
import { VALIDATION_CASES } from './cases/validation';
import { runCase } from './support/check';
import { startLocalTarget } from './support/local-target';

const GROUPS = {
  routing: ROUTING_CASES,
  'gateway responses': RESPONSE_CASES,
  authorizers: AUTHORIZER_CASES,
  'keys and usage plans': KEY_CASES,
  'lambda proxy': PROXY_CASES,
  'lambda answers': LAMBDA_CASES,
  http: HTTP_CASES,
  'mock and mapping templates': MOCK_CASES,
  validation: VALIDATION_CASES,
  cors: CORS_CASES,
};

// CONFORMANCE_TARGETS holds the URLs of a deployed copy of the stack, by API name, as JSON.
const deployed = process.env['CONFORMANCE_TARGETS'];

let targets: Targets;
let close = async (): Promise<void> => undefined;

beforeAll(async () => {
  if (deployed !== undefined) targets = JSON.parse(deployed) as Targets;
  else ({ targets, close } = await startLocalTarget());
});

afterAll(() => close());

describe.each(Object.entries(GROUPS))('%s', (_group, cases) => {
  test.each(cases.map((c) => [`${c.fact}: ${c.name}`, c] as const))('%s', async (_name, c) => {
    await runCase(c, targets);
  });
});

test('case names are unique', () => {
  const names = Object.values(GROUPS).flatMap((cases) => cases.map((c) => `${c.api} ${c.name}`));
  expect(new Set(names).size).toBe(names.length);
});
