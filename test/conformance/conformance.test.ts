import { type Targets } from './case';
import { CASES } from './cases';
import { runCase } from './support/check';
import { startLocalTarget } from './support/local-target';

// CONFORMANCE_TARGETS holds the URLs of a deployed copy of the stack, by API name, as JSON.
const deployed = process.env['CONFORMANCE_TARGETS'];

let targets: Targets;
let close = async (): Promise<void> => undefined;

beforeAll(async () => {
  if (deployed !== undefined) targets = JSON.parse(deployed) as Targets;
  else ({ targets, close } = await startLocalTarget());
});

afterAll(() => close());

describe.each(Object.entries(CASES))('%s', (_group, cases) => {
  test.each(cases.map((c) => [`${c.fact}: ${c.name}`, c] as const))('%s', async (_name, c) => {
    await runCase(c, targets);
  });
});

test('case names are unique', () => {
  const names = Object.values(CASES).flatMap((cases) => cases.map((c) => `${c.api} ${c.name}`));
  expect(new Set(names).size).toBe(names.length);
});
