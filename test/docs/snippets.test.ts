import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Stack } from 'aws-cdk-lib';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { blocksOf, ROOT } from './markdown';
import { appOf, compilableModuleOf, moduleOf, runModule, typeErrors } from './typescript-snippet';

const GUIDES = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md'))
  .sort()
  .map((path) => `docs/${path}`);
const SNIPPETS = ['README.md', ...GUIDES].flatMap((document) =>
  blocksOf(document)
    .filter(({ language }) => language === 'ts')
    .map((block, index) => ({ name: `${document} ${index + 1}: ${block.section}`, document, block })),
);
/** Whole APIs; those of the README are looked at more closely in its own test. */
const APIS = SNIPPETS.filter(
  ({ document, block }) => document !== 'README.md' && block.code.includes('new PaidApi('),
);

// The compiler reads all of the CDK's types, and other tests may run beside this one.
jest.setTimeout(180_000);

test('every snippet compiles under the strict rules of this repository, and a wrong one would not', () => {
  const wrong = `import { Plan } from 'cdk-api-paywall';\nexport const plan: Plan = Plan.paid('pro', { price: 3 });\n`;
  const errors = typeErrors([...SNIPPETS.map(({ block }) => compilableModuleOf(block)), wrong]);
  expect(errors.pop()!.join()).toContain(`'price' does not exist`);
  expect(
    errors.map((found, index) => [SNIPPETS[index]!.name, found]).filter(([, found]) => found!.length),
  ).toEqual([]);
});

test('there are snippets in the guides', () => {
  expect(new Set(APIS.map(({ document }) => document))).toEqual(
    new Set(['docs/billing-webhook.md', 'docs/importing-keys.md', 'docs/overage.md', 'docs/usage-keys.md']),
  );
});

test.each(APIS)('$name: synthesizes without an error and answers 402', ({ block }) => {
  const app = appOf(runModule(moduleOf(block)))!;
  const [stack, ...others] = app.node.children.filter((child) => Stack.isStack(child));
  expect(others).toEqual([]);
  Template.fromStack(stack!).hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
    ResponseType: 'ACCESS_DENIED',
    StatusCode: '402',
  });
  expect(Annotations.fromStack(stack!).findError('*', Match.anyValue())).toEqual([]);
});
