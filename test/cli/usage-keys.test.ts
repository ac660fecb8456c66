import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { writeDiscovery, type DiscoveredFunction } from '../../cli/deployment/discovery';
import { usageKeyMessages } from '../../cli/messages/usage-keys';
import { PLAIN } from '../../cli/message';
import {
  createAccountsTable,
  dynamoDbTargets,
  REGION,
  type RunningDynamoDb,
} from '../helpers/dynamodb-targets';
import { buildOffer } from '../helpers/offer';
import { runCli } from '../helpers/run-cli';

/** A port on which nobody listens. */
const NOWHERE = 'http://127.0.0.1:1';
const SHARED = { ACCOUNT_TABLE: 'Accounts', AWS_REGION: REGION };
const AUTHORIZER: DiscoveredFunction = {
  logicalId: 'Auth',
  name: 'shop-auth',
  environment: { ...SHARED, USAGE_KEY_SCOPE: 'shop' },
  metadata: { 'cdk-api-paywall': { role: 'authorizer', catalogue: buildOffer() } },
};
const provisionerOf = (scope: string): DiscoveredFunction => ({
  logicalId: 'Provisioner',
  name: 'shop-provisioner',
  environment: {
    ...SHARED,
    USAGE_KEY_SCOPE: scope,
    QUEUE_URL: `${NOWHERE}/queue`,
    USAGE_PLANS: '{}',
    ACTIVATION_WAIT_MS: '600000',
    DRAIN_MS: '300000',
  },
  metadata: { 'cdk-api-paywall': { role: 'provisioner' } },
});

let database: RunningDynamoDb;
let cwd: string;
beforeAll(async () => {
  database = await dynamoDbTargets[0]!.start();
  await createAccountsTable(database.endpoint, 'Accounts');
  cwd = mkdtempSync(join(tmpdir(), 'paywall-test-'));
});
afterAll(async () => {
  await database.stop();
  rmSync(cwd, { recursive: true });
});

function deploy(...functions: DiscoveredFunction[]): void {
  deployAt({ dynamodb: database.endpoint, sqs: NOWHERE, api_gateway: NOWHERE }, AUTHORIZER, ...functions);
}

function deployAt(endpoints: Readonly<Record<string, string>>, ...functions: DiscoveredFunction[]): void {
  writeDiscovery(cwd, {
    version: 2,
    pid: process.pid,
    apis: [],
    routes: [],
    clockOffsetMs: 0,
    endpoints,
    functions,
  });
}

test.each([
  ['there is none', []],
  ['the one there is belongs to another paywall', [provisionerOf('other')]],
])('repair asks for a provisioner: %s', async (_, functions) => {
  deploy(...functions);
  const { exitCode, output } = await runCli(['usage-keys', 'repair'], { cwd });
  expect(exitCode).toBe(1);
  expect(output.messages.at(-1)).toMatchObject({ code: 'NoProvisioner' });
});

test('repair says which service it could not ask', async () => {
  deploy(provisionerOf('shop'));
  const { exitCode, output } = await runCli(['usage-keys', 'repair'], { cwd });
  expect(exitCode).toBe(1);
  expect(output.messages.at(-1)).toMatchObject({
    code: 'AwsUnreachable',
    data: { message: expect.stringContaining('API Gateway') },
  });
}, 60_000);

test('an account is made and erased although its provisioner cannot be told', async () => {
  deploy(provisionerOf('shop'));
  const created = await runCli(['accounts', 'create', 'acme', '--plan', 'pro'], { cwd });
  expect(created.exitCode).toBe(0);
  expect(created.output.codes).toEqual(['ProvisionerNotTold', 'AccountCreated']);
  expect(created.output.text).toContain('paywall usage-keys repair');
  const erased = await runCli(['accounts', 'erase', 'acme', '--yes'], { cwd });
  expect(erased.output.codes).toEqual(['ProvisionerNotTold', 'AccountErased']);
}, 60_000);

test('nobody is told of an account without a plan, or where nobody provisions', async () => {
  deploy(provisionerOf('shop'));
  expect((await runCli(['accounts', 'create', 'planless'], { cwd })).output.codes).toEqual([
    'AccountCreated',
  ]);
  deploy();
  const { output } = await runCli(['accounts', 'create', 'poolonly', '--plan', 'pro'], { cwd });
  expect(output.codes).toEqual(['AccountCreated']);
});

describe('keys import --create', () => {
  const QUEUE = '/queue';
  const told: string[] = [];
  let services: Server;
  beforeAll(async () => {
    const serve: RequestListener = (request, response) => void answer(request, response);
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const body = JSON.parse(await text(request)) as { Entries?: { Id: string; MessageBody: string }[] };
      response.setHeader('Content-Type', 'application/x-amz-json-1.0');
      if (String(request.headers['x-amz-target']).startsWith('secretsmanager.')) {
        response.end(JSON.stringify({ SecretString: 'pepper'.repeat(8) }));
        return;
      }
      const entries = body.Entries ?? [];
      told.push(...entries.map(({ MessageBody }) => MessageBody));
      const Successful = entries.map(({ Id, MessageBody }) => ({
        Id,
        MessageId: Id,
        MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
      }));
      response.end(JSON.stringify({ Successful, Failed: [] }));
    };
    services = createServer(serve);
    await new Promise<void>((resolve) => services.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void services.close());
  beforeEach(() => void (told.length = 0));

  async function importKeys(rows: readonly string[], ...options: string[]) {
    const address = `http://127.0.0.1:${(services.address() as AddressInfo).port}`;
    const provisioner = provisionerOf('shop');
    const environment = { ...provisioner.environment, QUEUE_URL: `${address}${QUEUE}` };
    const IDENTITIES = JSON.stringify({
      acceptsKeys: true,
      tokenIssuers: [],
      importedKeys: { pepperSecret: 'pepper' },
    });
    deployAt(
      { dynamodb: database.endpoint, sqs: address, secrets_manager: address, api_gateway: NOWHERE },
      { ...AUTHORIZER, environment: { ...AUTHORIZER.environment, IDENTITIES } },
      { ...provisioner, environment },
    );
    writeFileSync(join(cwd, 'keys.csv'), ['name,key,account', ...rows].join('\n'));
    return await runCli(['keys', 'import', 'keys.csv', ...options], { cwd });
  }

  const KEYS = ['hK3vQ9xTz2LmW8rYpN5sJ7cB4dF6gA1eU0iOqXwV', 'Rt7yUi9oP3aSd5fGh1jKl2zXc4vBn6mQw8eZr0Ty'];

  test('a dry run tells the provisioner nothing', async () => {
    const { output } = await importKeys([`A,${KEYS[0]},mover`], '--create', 'pro', '--dry-run');
    expect(output.codes).toEqual(['KeysImported']);
    expect(told).toEqual([]);
  });

  test('a key that the authorizer would take for a broken one of its own is left out', async () => {
    const { keyPrefix } = buildOffer();
    const { exitCode, output } = await importKeys([`A,${keyPrefix}_${KEYS[0]},mover`], '--create', 'pro');
    expect(exitCode).toBe(1);
    expect(output.find('KeysImported').data).toMatchObject({
      taken: [],
      leftOut: [{ line: 2, expected: false, reason: expect.stringContaining(`'${keyPrefix}_'`) }],
    });
    expect(told).toEqual([]);
  });

  test('tells the provisioner of each account that it made, once', async () => {
    const rows = [`A,${KEYS[0]},mover`, `B,${KEYS[1]},mover`];
    expect((await importKeys(rows, '--create', 'pro')).output.codes).toEqual(['KeysImported']);
    expect(told).toEqual([JSON.stringify({ accountId: 'mover' })]);
    told.length = 0;
    await importKeys(rows, '--create', 'pro');
    expect(told).toEqual([]);
  });
});

const NOTHING = {
  target: 'the local engine',
  keys: 2,
  accounts: 3,
  unsettled: [],
  vanished: [],
  orphans: [],
};

test.each([
  ['in order', { ...NOTHING, dryRun: false }, ['in order: 3 accounts and 2 API Gateway keys']],
  [
    'looked',
    { ...NOTHING, dryRun: true, unsettled: ['acme'] },
    ['not in order', 'unsettled  1 wait for the provisioner: acme'],
  ],
  [
    'repaired',
    { ...NOTHING, dryRun: false, orphans: Array.from({ length: 12 }, (_, index) => `key${index}`) },
    ['repaired', 'orphans    12 deleted: key0', 'key9 and 2 more'],
  ],
])('says what it found: %s', (_, found, expected) => {
  const text = usageKeyMessages.usageKeysCompared(found).text(PLAIN);
  for (const part of expected) expect(text).toContain(part);
});
