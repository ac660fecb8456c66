import {
  APIGatewayClient,
  GetDeploymentsCommand,
  GetResourcesCommand,
  GetRestApisCommand,
} from '@aws-sdk/client-api-gateway';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MOTO_ACCOUNT, MOTO_REGION, motoIsHere, startMoto, type Moto } from '../helpers/moto';
import { cdk } from './cdk-cli';

const STACK = 'PaywallQuickStart';

interface Template {
  readonly Resources: Readonly<Record<string, { Type: string; Properties: { Code?: { S3Key: string } } }>>;
}

// moto knows only part of the resource types. What is judged: that CLI, parameters, assets and template are accepted,
// and that the resources which it does know exist afterwards, as they were described.
(motoIsHere() ? describe : describe.skip)('the quick start, deployed by the CDK CLI to moto', () => {
  let moto: Moto;
  let home: string;
  let printed: string;
  let template: Template;
  const physical = new Map<string, string[]>();
  const clients: { destroy(): void }[] = [];

  beforeAll(async () => {
    moto = await startMoto();
    home = mkdtempSync(join(tmpdir(), 'paywall-moto-'));
    const target = { ...moto, home };
    await cdk(['bootstrap', `aws://${MOTO_ACCOUNT}/${MOTO_REGION}`], target);
    printed = await cdk(['deploy', '--all', '--require-approval', 'never'], target);
    template = JSON.parse(readFileSync(join(home, 'cdk.out', `${STACK}.template.json`), 'utf8')) as Template;
    const listed = await client(CloudFormationClient).send(
      new ListStackResourcesCommand({ StackName: STACK }),
    );
    for (const { ResourceType, PhysicalResourceId } of listed.StackResourceSummaries ?? []) {
      if (!ResourceType || !PhysicalResourceId) continue;
      physical.set(ResourceType, [...(physical.get(ResourceType) ?? []), PhysicalResourceId]);
    }
  }, 300_000);

  afterAll(async () => {
    clients.forEach((each) => each.destroy());
    rmSync(home, { recursive: true, force: true });
    await moto.close();
  });

  function client<C extends { destroy(): void }>(
    Client: new (options: {
      endpoint: string;
      region: string;
      credentials: { accessKeyId: string; secretAccessKey: string };
    }) => C,
  ): C {
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    const made = new Client({ endpoint: moto.url, region: MOTO_REGION, credentials });
    clients.push(made);
    return made;
  }

  const described = (type: string) => Object.values(template.Resources).filter(({ Type }) => Type === type);

  test('the stack is complete and says where the API and the accounts are', async () => {
    const { Stacks } = await client(CloudFormationClient).send(
      new DescribeStacksCommand({ StackName: STACK }),
    );
    expect(Stacks).toMatchObject([{ StackStatus: 'CREATE_COMPLETE' }]);
    const outputs = Stacks![0]!.Outputs!.map(({ OutputKey }) => OutputKey);
    expect(outputs).toEqual(expect.arrayContaining(['ApiUrl', 'AccountTableName']));
    expect(printed).toContain(`${STACK}.AccountTableName = `);
  });

  test('the accounts table exists, on demand, with its keys', async () => {
    const [TableName, ...others] = physical.get('AWS::DynamoDB::Table') ?? [];
    expect(others).toEqual([]);
    const { Table } = await client(DynamoDBClient).send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    });
  });

  test('every function exists, with the code that was uploaded', async () => {
    const names = physical.get('AWS::Lambda::Function') ?? [];
    expect(names).toHaveLength(described('AWS::Lambda::Function').length);
    const lambda = client(LambdaClient);
    for (const FunctionName of names) {
      const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName }));
      expect(Configuration).toMatchObject({ Runtime: 'nodejs22.x', Handler: 'index.handler' });
      expect(Configuration!.CodeSize).toBeGreaterThan(0);
    }
  });

  test('every asset is in the bucket of the bootstrap stack', async () => {
    const bucket = `cdk-hnb659fds-assets-${MOTO_ACCOUNT}-${MOTO_REGION}`;
    const listing = await (await fetch(`${moto.url}/${bucket}?list-type=2`)).text();
    for (const { Properties } of described('AWS::Lambda::Function')) {
      expect(listing).toContain(`<Key>${Properties.Code!.S3Key}</Key>`);
    }
  });

  test('the API exists with its routes', async () => {
    const gateway = client(APIGatewayClient);
    const { items: apis } = await gateway.send(new GetRestApisCommand({}));
    expect(apis!.map(({ id }) => id)).toEqual(physical.get('AWS::ApiGateway::RestApi'));
    const resources = await gateway.send(new GetResourcesCommand({ restApiId: apis![0]!.id }));
    const paths = resources.items!.map(({ path }) => path);
    expect(paths.sort()).toEqual(['/', '/account', '/hello', '/status']);
    const deployments = await gateway.send(new GetDeploymentsCommand({ restApiId: apis![0]!.id }));
    expect(deployments.items).toHaveLength(1);
  });

  test('every role exists', () => {
    expect(physical.get('AWS::IAM::Role')).toHaveLength(described('AWS::IAM::Role').length);
  });
});
