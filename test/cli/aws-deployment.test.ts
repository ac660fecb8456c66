import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { createAccount } from '../../cli/accounts/create';
import { showAccount } from '../../cli/accounts/show';
import { preflight } from '../../cli/aws/preflight';
import { AwsSession } from '../../cli/aws/session';
import { AwsDeployment } from '../../cli/deployment/aws-deployment';
import { withAccounts } from '../../cli/deployment/target';
import { demoOf } from '../../cli/quickstart/demo';
import { seed } from '../../cli/quickstart/seed';
import { createKey } from '../../cli/keys/create';
import { parseKey } from '../../lib/domain/key';
import { cliContext } from '../helpers/cli-context';
import { MOTO_ACCOUNT, MOTO_REGION, motoIsHere, startMoto, type Moto } from '../helpers/moto';
import { NOW } from '../helpers/now';
import { buildOffer } from '../helpers/offer';

const STACK = 'Shop';
const VERSION = { Name: '/cdk-bootstrap/hnb659fds/version' };
const target = { stack: STACK, region: MOTO_REGION };

const offer = buildOffer();
const tiny = { ...offer.plans[0]!, id: 'tiny' };
const DEMO = demoOf({ ...offer, plans: [...offer.plans, tiny] });

const template = {
  Resources: {
    Accounts: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } },
    },
    Authorizer: {
      Type: 'AWS::Lambda::Function',
      Metadata: { 'cdk-api-paywall': { role: 'authorizer', catalogue: buildOffer() } },
      Properties: {
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { ZipFile: 'exports.handler = async () => ({})' },
        Environment: { Variables: { ACCOUNT_TABLE: { Ref: 'Accounts' }, USAGE_KEY_SCOPE: 'shop' } },
      },
    },
  },
};

const here = motoIsHere() ? describe : describe.skip;

here('a stack on AWS, as moto imitates it', () => {
  let moto: Moto;
  const before = { ...process.env };

  beforeAll(async () => {
    moto = await startMoto();
    for (const name of Object.keys(process.env).filter((key) => key.startsWith('AWS_')))
      delete process.env[name];
    Object.assign(process.env, moto.env);
    const client = new CloudFormationClient({});
    await client.send(new CreateStackCommand({ StackName: STACK, TemplateBody: JSON.stringify(template) }));
    client.destroy();
  });
  afterAll(async () => {
    process.env = before;
    await moto.close();
  });

  const context = () => cliContext({ env: process.env });

  test('an account is created, given a key and shown, by the name of the stack alone', async () => {
    const created = await createAccount('acme', { ...target, plan: 'pro' }, context());
    expect(created.message).toMatchObject({
      code: 'AccountCreated',
      data: {
        target: `the stack ${STACK} in ${MOTO_REGION}`,
        standing: { plan: 'pro', now: { status: 200 } },
      },
    });

    const { message } = await createKey('acme', { ...target, label: 'ci', scope: ['billing'] }, context());
    expect(message.code).toBe('KeyCreated');
    expect(parseKey(message.data.key as string)).toEqual({ prefix: 'pw_test', accountId: 'acme' });

    const shown = await showAccount('acme', target, context());
    expect(shown.message.data).toMatchObject({
      standing: { keys: [{ fingerprint: message.data.fingerprint, scopes: ['billing'], expiresAt: null }] },
    });
  });

  test('an account is created once', async () => {
    await createAccount('twice', target, context());
    await expect(createAccount('twice', target, context())).rejects.toMatchObject({ code: 'AccountExists' });
  });

  test('an account that is not there', async () => {
    await expect(showAccount('nobody', target, context())).rejects.toMatchObject({ code: 'NoSuchAccount' });
    await expect(createKey('nobody', target, context())).rejects.toMatchObject({ code: 'NoSuchAccount' });
  });

  test('a stack that is not there', async () => {
    const missing = { ...target, stack: 'Shpo' };
    await expect(showAccount('acme', missing, context())).rejects.toMatchObject({
      code: 'NoSuchStack',
      message: expect.stringContaining(MOTO_REGION),
    });
  });

  test('a second run of the quick start keeps accounts and keys, and renews a key that is lost', async () => {
    const deployment = new AwsDeployment(await AwsSession.open(target, process.env), STACK);
    await withAccounts(deployment, undefined, Date.now, async (accounts) => {
      const first = await seed(DEMO, accounts, NOW);
      expect(await seed(DEMO, accounts, NOW, first)).toEqual(first);

      const lost = new Map([...first].slice(1));
      const [[id, key]] = [...first] as [[string, string]];
      const third = await seed(DEMO, accounts, NOW, lost);
      expect([...third].slice(1)).toEqual([...lost]);
      expect(third.get(id)).not.toBe(key);
      expect(Object.keys((await accounts.admin.findAccount(id))!.keys)).toHaveLength(2);
    });
  });

  describe('preflight', () => {
    const client = () => new SSMClient({});

    test('says how to bootstrap when nobody has', async () => {
      expect(await preflight({}, process.env)).toMatchObject({
        ready: false,
        missing: {
          code: 'NotBootstrapped',
          fix: expect.stringContaining(`aws://${MOTO_ACCOUNT}/${MOTO_REGION}`),
        },
      });
    });

    test.each([
      ['21', { ready: true, account: MOTO_ACCOUNT }],
      ['5', { ready: false, missing: { code: 'BootstrapTooOld' } }],
    ])('bootstrap version %s', async (Value, expected) => {
      const ssm = client();
      await ssm.send(new PutParameterCommand({ ...VERSION, Value, Type: 'String' }));
      expect(await preflight({}, process.env)).toMatchObject(expected);
      await ssm.send(new DeleteParameterCommand(VERSION));
      ssm.destroy();
    });

    test('a Region that is none', async () => {
      expect(await preflight({ region: 'Ireland' }, process.env)).toMatchObject({
        missing: { code: 'BadRegion' },
      });
    });
  });
});

describe('preflight without AWS', () => {
  const before = { ...process.env };
  beforeEach(() => {
    for (const name of Object.keys(process.env).filter((key) => key.startsWith('AWS_')))
      delete process.env[name];
    // No files of the person who runs the tests, and no metadata service.
    Object.assign(process.env, {
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
  });
  afterEach(() => {
    process.env = { ...before };
  });

  test('no Region', async () => {
    expect(await preflight({}, process.env)).toMatchObject({ missing: { code: 'NoRegion', exitCode: 2 } });
  });

  test('no credentials', async () => {
    expect(await preflight({ region: 'eu-west-1' }, process.env)).toMatchObject({
      checks: [{ name: 'region', found: 'eu-west-1' }, { name: 'credentials' }],
      missing: { code: 'NoCredentials', fix: expect.stringContaining('aws configure') },
    });
  });

  test('AWS is out of reach', async () => {
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    });
    expect(await preflight({ region: 'eu-west-1' }, process.env)).toMatchObject({
      missing: { code: 'AwsUnreachable', message: expect.stringContaining('STS') },
    });
  });
});
