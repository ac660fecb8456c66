import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Stack } from 'aws-cdk-lib';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeCreation } from '../../cli/aws/cost';
import { blocksOf, ROOT } from './markdown';
import { appOf, moduleOf, runModule } from './typescript-snippet';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const SNIPPETS = blocksOf('README.md')
  .filter(({ language }) => language === 'ts')
  .map((block) => ({ section: block.section, text: moduleOf(block) }));
const INFRASTRUCTURE = SNIPPETS.filter(({ text }) => text.includes(`from 'cdk-api-paywall'`));

test.each(INFRASTRUCTURE)('$section: synthesizes without an error and answers 402', ({ text }) => {
  const app = appOf(runModule(text))!;
  const stacks = app.node.children.filter((child) => Stack.isStack(child));
  expect(stacks).toHaveLength(1);
  Template.fromStack(stacks[0]!).hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
    ResponseType: 'ACCESS_DENIED',
    StatusCode: '402',
  });
  expect(Annotations.fromStack(stacks[0]!).findError('*', Match.anyValue())).toEqual([]);
});

test('the function that reads its caller answers with what the authorizer gave', async () => {
  const snippet = SNIPPETS.find(({ section }) => section === 'Who is calling')!;
  // API Gateway delivers every value of the context as text.
  const authorizer = {
    account: 'acme',
    plan: 'pro',
    keyId: 'Yk3Wq0pT',
    remaining: '99',
    periodEnd: '2028-03-01T00:00:00.000Z',
    principalId: 'acme',
    integrationLatency: 3,
  };
  const answer = await runModule(snippet.text).handler!({ requestContext: { authorizer } });
  expect(JSON.parse((answer as { body: string }).body)).toEqual({
    account: 'acme',
    plan: 'pro',
    keyId: 'Yk3Wq0pT',
    remaining: 99,
    periodEnd: '2028-03-01T00:00:00.000Z',
  });
});

test('says of the costs what the CLI says', () => {
  const { cost } = describeCreation({});
  expect(README).toContain(`a million calls cost roughly $${cost.perMillionCalls}:`);
});

test('a paywall creates what the README lists, and costs nothing while nobody calls', () => {
  const app = appOf(runModule(INFRASTRUCTURE[0]!.text))!;
  const [stack] = app.node.children.filter((child) => Stack.isStack(child));
  const template = Template.fromStack(stack!).toJSON() as Parameters<typeof describeCreation>[0];
  const { resources, cost } = describeCreation(template);
  expect(cost.idle).toBe(0);
  expect(Object.fromEntries(resources)).toMatchObject({
    'AWS::ApiGateway::RestApi': 1,
    'AWS::ApiGateway::Stage': 1,
    'AWS::DynamoDB::Table': 1,
    'AWS::ApiGateway::ApiKey': 8,
    // Two plans and the pool.
    'AWS::ApiGateway::UsagePlan': 3,
    // The authorizer, and the backend of the snippet.
    'AWS::Lambda::Function': 2,
    'AWS::Logs::LogGroup': 1,
  });
});

test('every link within the repository leads somewhere', () => {
  const headings = [...README.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
  for (const [, target] of README.matchAll(/\]\(([^)]*)\)/g)) {
    if (target!.startsWith('http')) continue;
    const [file, anchor] = target!.split('#') as [string, string?];
    if (file !== '') expect({ file, exists: existsSync(join(ROOT, file)) }).toEqual({ file, exists: true });
    else expect(headings).toContain(anchor);
  }
});
