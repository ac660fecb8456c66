import { join } from 'node:path';
import { build } from 'esbuild';
import { startEngine } from '../../../local';
import { temporaryDirectory, writeTemplate } from '../assembly/template-file';
import { until } from './support';

const directory = temporaryDirectory();

/** Clients without any setting: the environment that the engine gives has to be enough. */
const CODE = `
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
export const producer = async () => {
  const { SecretString } = await new SecretsManagerClient().send(
    new GetSecretValueCommand({ SecretId: process.env.SECRET }),
  );
  const Detail = JSON.stringify({ secret: SecretString, variable: process.env.RESOLVED });
  await new EventBridgeClient().send(
    new PutEventsCommand({ Entries: [{ Source: 'shop', DetailType: 'Paid', Detail, EventBusName: process.env.BUS }] }),
  );
  await new SQSClient().send(
    new SendMessageCommand({ QueueUrl: process.env.QUEUE, MessageBody: '{"detail":"directly"}' }),
  );
};
export const consumer = async ({ Records }) => {
  for (const { body } of Records) console.log('got ' + JSON.stringify(JSON.parse(body).detail));
};`;

test('a function reads a secret and sends an event, a rule takes it to a queue, a function gets it', async () => {
  const outfile = join(directory, 'index.js');
  await build({
    stdin: { contents: CODE, resolveDir: process.cwd(), loader: 'js' },
    bundle: true,
    platform: 'node',
    outfile,
    logLevel: 'error',
  });
  const lambda = (Handler: string, Variables: object = {}) => ({
    Type: 'AWS::Lambda::Function',
    Metadata: { 'aws:asset:path': directory },
    Properties: {
      Runtime: 'nodejs22.x',
      Handler,
      Timeout: 20,
      Code: { S3Bucket: 'b', S3Key: 'k' },
      Environment: { Variables },
    },
  });
  const source = writeTemplate(directory, {
    Resources: {
      Key: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: 'hidden' } },
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'orders' } },
      Queue: { Type: 'AWS::SQS::Queue' },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventBusName: { Ref: 'Bus' },
          EventPattern: { 'detail-type': ['Paid'] },
          Targets: [{ Id: 'queue', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
        },
      },
      Producer: lambda('index.producer', {
        SECRET: { Ref: 'Key' },
        BUS: { Ref: 'Bus' },
        QUEUE: { Ref: 'Queue' },
        RESOLVED: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Key' }, ':SecretString}}']] },
      }),
      Consumer: lambda('index.consumer'),
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          FunctionName: { Ref: 'Consumer' },
        },
      },
    },
  });
  const lines: string[] = [];
  const engine = await startEngine({
    source,
    strict: true,
    onLog: ({ message }) => lines.push(message),
  });
  try {
    const { arn } = engine.functions.find(({ logicalId }) => logicalId === 'Producer')!;
    expect(await engine.invoker.invoke(arn, '{}')).toMatchObject({ kind: 'success' });
    await until(() => lines.filter((line) => line.startsWith('got')).length === 2);
    expect(lines).toContain('got "directly"');
    expect(lines).toContain('got {"secret":"hidden","variable":"hidden"}');
  } finally {
    await engine.close();
  }
});
