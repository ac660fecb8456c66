import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  App,
  Aws,
  CfnCondition,
  CfnOutput,
  type CfnResource,
  Fn,
  NestedStack,
  Stack,
  Stage,
} from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { type LoadedStack, loadAssembly } from '../../../local/assembly';
import { temporaryDirectory, writeTemplate } from './template-file';

const directory = temporaryDirectory();

const only = (stack: LoadedStack, type: string) =>
  [...stack.resources.values()].find((r) => r.type === type)!;

describe('a synthesized app', () => {
  const code = join(directory, 'code');
  let stacks: LoadedStack[];

  beforeAll(async () => {
    mkdirSync(code);
    writeFileSync(join(code, 'index.js'), 'exports.handler = async () => 1;');
    const app = new App({ outdir: join(directory, 'cdk.out'), analyticsReporting: false });
    const data = new Stack(app, 'Data', { env: { account: '123456789012', region: 'eu-west-1' } });
    const table = new dynamodb.Table(data, 'Table', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    });

    const shop = new Stack(app, 'Shop', { env: { account: '123456789012', region: 'eu-west-1' } });
    const handler = new lambda.Function(shop, 'Handler', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(code),
      environment: { TABLE: table.tableName },
    });
    new apigateway.LambdaRestApi(shop, 'Api', { handler });

    const child = new NestedStack(shop, 'Child');
    const inner = new dynamodb.Table(child, 'Inner', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    });
    new CfnOutput(shop, 'InnerName', { value: inner.tableName });

    const staged = new Stack(new Stage(app, 'Beta'), 'Late', { stackName: 'late' });
    new dynamodb.Table(staged, 'Named', {
      tableName: 'named',
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    });
    app.synth();
    stacks = await loadAssembly(join(directory, 'cdk.out'));
  });

  const named = (name: RegExp) => stacks.find((stack) => name.test(stack.name))!;

  test('gives every stack, those of stages and nested ones included', () => {
    expect(stacks.map(({ name }) => name.replace(/-[A-Z0-9]{12}$/, ''))).toEqual([
      'Data',
      'Shop',
      expect.stringMatching(/^Shop-ChildNestedStackChildNestedStackResource/),
      'late',
    ]);
  });

  test('takes account and Region from the environment of the stack', () => {
    expect(named(/^Shop$/)).toMatchObject({
      accountId: '123456789012',
      region: 'eu-west-1',
      partition: 'aws',
    });
    expect(named(/^late$/)).toMatchObject({ accountId: '000000000000', region: 'us-east-1' });
  });

  test('resolves references across stacks', () => {
    const { Environment } = only(named(/^Shop$/), 'AWS::Lambda::Function').properties as any;
    const { TABLE } = Environment.Variables;
    expect(TABLE).toBe(only(named(/^Data$/), 'AWS::DynamoDB::Table').physicalId);
    expect(TABLE).toMatch(/^Data-Table[0-9A-F]{8}-[A-Z0-9]{12}$/);
  });

  test('resolves outputs of nested stacks', () => {
    const inner = only(named(/Child/), 'AWS::DynamoDB::Table');
    expect(named(/^Shop$/).outputs.InnerName).toBe(inner.physicalId);
  });

  test('finds the code of a function through the asset manifest', () => {
    const shop = named(/^Shop$/);
    const handler = only(shop, 'AWS::Lambda::Function');
    const asset = shop.assets.find({ metadata: {} }, (handler.properties.Code as any).S3Key);
    expect(asset?.path).toMatch(/cdk\.out\/asset\./);
  });

  test('builds integration URIs from function ARNs', () => {
    const { Integration } = only(named(/^Shop$/), 'AWS::ApiGateway::Method').properties as any;
    const { physicalId } = only(named(/^Shop$/), 'AWS::Lambda::Function');
    expect(Integration.Uri).toBe(
      `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:${physicalId}/invocations`,
    );
  });

  test('gives the API an id as the service would', () => {
    expect(only(named(/^Shop$/), 'AWS::ApiGateway::RestApi').physicalId).toMatch(/^[a-z0-9]{10}$/);
  });

  test('says where a resource comes from', () => {
    expect(only(named(/^Shop$/), 'AWS::Lambda::Function').path).toBe('Shop/Handler/Resource');
    expect(only(named(/Child/), 'AWS::DynamoDB::Table').path).toBe('Shop/Child/Inner/Resource');
  });

  test('a template of the assembly keeps its stack name and environment', async () => {
    const [data] = await loadAssembly(join(directory, 'cdk.out', 'Data.template.json'));
    expect(data).toMatchObject({ name: 'Data', region: 'eu-west-1' });
  });

  test('gives the same ids at every start', async () => {
    const again = await loadAssembly(join(directory, 'cdk.out'));
    const ids = (loaded: LoadedStack[]) =>
      loaded.flatMap((s) => [...s.resources.values()].map((r) => r.physicalId));
    expect(ids(again)).toEqual(ids(stacks));
  });
});

test('reads YAML with short forms', async () => {
  const file = writeTemplate(
    directory,
    `
Parameters:
  Stage: { Type: String, Default: dev }
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub 'orders-\${Stage}'
      Tag: !If [IsDev, !Join ['-', [a, !Select [1, !Split [',', 'b,c']]]], none]
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Watched: !GetAtt Queue.QueueName
      Whole: !Sub ['\${A}!', { A: !GetAtt Queue.Arn }]
`,
    'orders.yaml',
  );
  const [stack] = await loadAssembly(file);
  expect(stack!.name).toBe('orders');
  expect(stack!.resources.get('Queue')!.properties).toEqual({ QueueName: 'orders-dev', Tag: 'a-c' });
  expect(stack!.resources.get('Alarm')!.properties).toEqual({
    Watched: 'orders-dev',
    Whole: 'arn:aws:sqs:us-east-1:000000000000:orders-dev!',
  });
});

test('reads YAML with anchors in short forms', async () => {
  const file = writeTemplate(
    directory,
    `
Conditions:
  Always: !Equals [a, a]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      Name: &name orders
      Joined: !Join ['-', [*name, &last !Sub '\${AWS::Region}']]
      Chosen: !If [Always, &tags { of: *name }, none]
      Tags: *tags
      Last: *last
`,
    'anchors.yaml',
  );
  const [stack] = await loadAssembly(file);
  expect(stack!.resources.get('Queue')!.properties).toEqual({
    Name: 'orders',
    Joined: 'orders-us-east-1',
    Chosen: { of: 'orders' },
    Tags: { of: 'orders' },
    Last: 'us-east-1',
  });
});

test.each(['windows.json', 'windows.yaml'])('reads %s, which begins with a byte order mark', async (name) => {
  const file = writeTemplate(directory, '\uFEFF{"Resources":{"A":{"Type":"AWS::SNS::Topic"}}}', name);
  expect((await loadAssembly(file))[0]!.resources.size).toBe(1);
});

test('leaves out resources whose condition is false', async () => {
  const file = writeTemplate(directory, {
    Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    Resources: { Gone: { Type: 'AWS::SNS::Topic', Condition: 'Never' }, Kept: { Type: 'AWS::SNS::Topic' } },
    Outputs: { Gone: { Condition: 'Never', Value: { Ref: 'Gone' } } },
  });
  const [stack] = await loadAssembly(file);
  expect([...stack!.resources.keys()]).toEqual(['Kept']);
  expect(stack!.outputs).toEqual({});
});

test('leaves out nested stacks whose condition is false', async () => {
  const app = new App({ outdir: join(directory, 'conditional.out'), analyticsReporting: false });
  const shop = new Stack(app, 'Shop');
  const never = new CfnCondition(shop, 'Never', { expression: Fn.conditionEquals(Aws.REGION, 'nowhere') });
  for (const name of ['Gone', 'Kept']) {
    const child = new NestedStack(shop, name);
    new dynamodb.Table(child, 'Table', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    });
    if (name === 'Gone') (child.nestedStackResource as CfnResource).cfnOptions.condition = never;
  }
  app.synth();
  const stacks = await loadAssembly(join(directory, 'conditional.out'));
  expect(stacks.map(({ name }) => name.slice(0, 9))).toEqual(['Shop', 'Shop-Kept']);
});

const LOOPS = {
  Transform: 'AWS::LanguageExtensions',
  Parameters: { Names: { Type: 'CommaDelimitedList', Default: 'orders,returns' } },
  Conditions: {
    'Fn::ForEach::Each': [
      'Name',
      { Ref: 'Names' },
      { 'Is${Name}': { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Name' }, 'returns'] }] } },
    ],
  },
  Resources: {
    Base: { Type: 'AWS::SNS::Topic' },
    'Fn::ForEach::Topics': [
      'Name',
      { Ref: 'Names' },
      {
        '${Name}Topic': {
          Type: 'AWS::SNS::Topic',
          Properties: {
            TopicName: { Ref: 'Name' },
            DisplayName: { 'Fn::Sub': 'of ${Name} in ${AWS::Region}' },
            'Fn::ForEach::More': [
              'Kind',
              ['e-mail', 's.m.s'],
              { 'X&{Kind}': { 'Fn::GetAtt': ['Base', 'Made${Kind}'] } },
            ],
          },
        },
        '${Name}Queue': { Type: 'AWS::SQS::Queue', Condition: 'Is${Name}' },
      },
    ],
  },
  Outputs: {
    'Fn::ForEach::Outputs': ['Name', { Ref: 'Names' }, { '${Name}': { Value: { Ref: '${Name}Topic' } } }],
  },
};

test('repeats what Fn::ForEach holds, in every section', async () => {
  const [stack] = await loadAssembly(writeTemplate(directory, LOOPS, 'loops.json'));
  expect([...stack!.resources.keys()]).toEqual(['Base', 'ordersTopic', 'ordersQueue', 'returnsTopic']);
  expect(stack!.resources.get('returnsTopic')!.properties).toEqual({
    TopicName: 'returns',
    DisplayName: 'of returns in us-east-1',
    Xemail: 'not-imitated:Base.Madee-mail',
    Xsms: 'not-imitated:Base.Mades.m.s',
  });
  expect(stack!.outputs).toEqual({
    orders: 'arn:aws:sns:us-east-1:000000000000:orders',
    returns: 'arn:aws:sns:us-east-1:000000000000:returns',
  });
});

test('a loop goes over the values of a parameter', async () => {
  const file = writeTemplate(directory, LOOPS, 'loops.json');
  const [stack] = await loadAssembly(file, { parameters: { Names: 'a' } });
  expect([...stack!.resources.keys()]).toEqual(['Base', 'aTopic', 'aQueue']);
});

const loop = (...parts: unknown[]) => ({
  Transform: 'AWS::LanguageExtensions',
  Resources: { 'Fn::ForEach::Loop': parts },
});
const topic = { Type: 'AWS::SNS::Topic' };

test.each<[what: string, content: object, code: string, message: RegExp]>([
  [
    'without its transform',
    { Resources: loop('X', ['a'], { '${X}': topic }).Resources },
    'InvalidIntrinsic',
    /Fn::ForEach::Loop needs the transform AWS::LanguageExtensions/,
  ],
  ['without a fragment', loop('X', ['a']), 'InvalidIntrinsic', /Fn::ForEach::Loop needs an identifier/],
  ['over what is no list', loop('X', 'a', { '${X}': topic }), 'InvalidIntrinsic', /needs a list/],
  ['over a resource', loop('X', { Ref: 'b' }, { '${X}': topic }), 'UnresolvedReference', /b is neither/],
  ['with one key', loop('X', ['a', 'b'], { T: topic }), 'InvalidIntrinsic', /makes T twice/],
  ['of what has no type', loop('X', ['a'], { '${X}': {} }), 'NotATemplate', /a of .* has no "Type"/],
])('refuses Fn::ForEach %s', async (_, content, code, message) => {
  await expect(loadAssembly(writeTemplate(directory, content, 'loop.json'))).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

test.each<[name: string, content: unknown, code: string]>([
  ['notes.json', '{ not json', 'NotJsonOrYaml'],
  ['notes.yaml', 'a: [', 'NotJsonOrYaml'],
  ['tag.yaml', 'Resources: { A: { Type: T, Properties: { P: !Reff X } } }', 'NotJsonOrYaml'],
  ['list.json', '[]', 'NotATemplate'],
  ['parameter.json', { Parameters: { P: { Default: 'x' } }, Resources: {} }, 'NotATemplate'],
  ['depends.json', { Resources: { A: { Type: 'T', DependsOn: ['B'] } } }, 'UnresolvedReference'],
  ['empty.yaml', '', 'NotATemplate'],
  ['untyped.json', { Resources: { A: {} } }, 'NotATemplate'],
  ['sam.json', { Transform: 'AWS::Serverless-2016-10-31', Resources: {} }, 'UnsupportedTransform'],
  ['include.json', { 'Fn::Transform': { Name: 'AWS::Include' }, Resources: {} }, 'UnsupportedIntrinsic'],
  ['included.json', { Resources: { 'Fn::Transform': { Name: 'AWS::Include' } } }, 'UnsupportedIntrinsic'],
  [
    'outputs.json',
    { Resources: {}, Outputs: { 'Fn::Transform': { Name: 'AWS::Include' } } },
    'UnsupportedIntrinsic',
  ],
  ['missing.json', { Parameters: { P: { Type: 'String' } }, Resources: {} }, 'ParameterMissing'],
  [
    'circle.json',
    {
      Resources: {
        A: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { Ref: 'B' } } },
        B: { Type: 'AWS::SNS::Topic', DependsOn: 'A' },
      },
    },
    'CyclicReference',
  ],
  [
    'names.json',
    {
      Resources: {
        A: { Type: 'AWS::SNS::Topic', Properties: { TopicName: { Ref: 'B' } } },
        B: { Type: 'AWS::SNS::Topic', Properties: { TopicName: { Ref: 'A' } } },
      },
    },
    'CyclicReference',
  ],
])('refuses %s', async (name, content, code) => {
  const file = writeTemplate(directory, content, name);
  await expect(loadAssembly(file)).rejects.toMatchObject({ name: 'EngineError', code });
});

test.each<[what: string, path: string, code: string]>([
  ['a path that does not exist', 'nowhere', 'FileNotFound'],
  ['a directory without manifest', '.', 'NotAnAssembly'],
])('refuses %s', async (_, path, code) => {
  await expect(loadAssembly(join(directory, path))).rejects.toMatchObject({ code });
});

test('refuses an assembly that lacks context', async () => {
  const incomplete = join(directory, 'incomplete');
  mkdirSync(incomplete);
  writeFileSync(
    join(incomplete, 'manifest.json'),
    JSON.stringify({
      version: '48.0.0',
      artifacts: {},
      missing: [{ key: 'vpc', provider: 'vpc-provider', props: {} }],
    }),
  );
  await expect(loadAssembly(incomplete)).rejects.toMatchObject({ code: 'AssemblyIncomplete' });
});
