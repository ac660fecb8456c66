import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  writeDiscovery(cwd, {
    version: 2,
    pid: process.pid,
    apis: [],
    routes: [],
    clockOffsetMs: 0,
    endpoints: { dynamodb: database.endpoint, sqs: NOWHERE, api_gateway: NOWHERE },
    functions: [AUTHORIZER, ...functions],
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
