import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnOutput, NestedStack, Stack, Stage } from 'aws-cdk-lib';
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

test.each<[name: string, content: unknown, code: string]>([
  ['notes.json', '{ not json', 'NotJsonOrYaml'],
  ['notes.yaml', 'a: [', 'NotJsonOrYaml'],
  ['list.json', '[]', 'NotATemplate'],
  ['empty.yaml', '', 'NotATemplate'],
  ['untyped.json', { Resources: { A: {} } }, 'NotATemplate'],
  ['sam.json', { Transform: 'AWS::Serverless-2016-10-31', Resources: {} }, 'UnsupportedTransform'],
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
