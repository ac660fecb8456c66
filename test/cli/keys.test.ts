import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDiscovery } from '../../cli/deployment/discovery';
import type { DescribedKey } from '../../cli/messages/keys';
import { run } from '../../cli/program';
import { fingerprintOf } from '../../lib/domain/key';
import { DynamoDbBillingTable } from '../../lambda/billing';
import { AccountAdmin, DynamoDbClient } from '../../lambda/store';
import { cliContext, type RecordingContext } from '../helpers/cli-context';
import {
  createAccountsTable,
  CREDENTIALS,
  dynamoDbTargets,
  REGION,
  type RunningDynamoDb,
} from '../helpers/dynamodb-targets';
import { NOW } from '../helpers/now';
import { buildOffer } from '../helpers/offer';

const HOUR = 3_600_000;
let database: RunningDynamoDb;
let client: DynamoDbClient;
let admin: AccountAdmin;
let cwd: string;
let context: RecordingContext;
let account: string;
let made = 0;

beforeAll(async () => {
  database = await dynamoDbTargets[0]!.start();
  client = new DynamoDbClient({
    endpoint: database.endpoint,
    region: REGION,
    credentials: () => CREDENTIALS,
  });
  admin = new AccountAdmin(client, 'Accounts', () => NOW);
  await createAccountsTable(database.endpoint, 'Accounts');
  cwd = mkdtempSync(join(tmpdir(), 'paywall-test-'));
  writeDiscovery(cwd, {
    version: 2,
    pid: process.pid,
    apis: [],
    routes: [],
    clockOffsetMs: 0,
    endpoints: { dynamodb: database.endpoint },
    functions: [
      {
        logicalId: 'Auth',
        name: 'Auth',
        environment: { ACCOUNT_TABLE: 'Accounts', AWS_REGION: REGION },
        metadata: { 'cdk-api-paywall': { role: 'authorizer', catalogue: buildOffer() } },
      },
    ],
  });
});
afterAll(async () => {
  client.close();
  await database.stop();
  rmSync(cwd, { recursive: true });
});

beforeEach(async () => {
  context = cliContext({ cwd });
  account = `acme${(made += 1)}`;
  await admin.createAccount({
    accountId: account,
    access: { accessUntil: 0, lapseReason: 'no_subscription' },
  });
});

/** Runs a command line and answers with the data of its message. */
async function paywall(...line: string[]): Promise<Record<string, any>> {
  context = cliContext({ cwd });
  const exitCode = await run(line, '0', context);
  return { exitCode, ...context.output.messages.at(-1)!.data };
}

const createKey = (...options: string[]) => paywall('keys', 'create', account, ...options);
const idOf = (key: string): string => fingerprintOf(key).slice(0, 8);
const grants = async () => (await admin.findAccount(account))!.keys;

test('list shows each key without its secret', async () => {
  const { key } = await createKey('--label', 'ci', '--expires', '1d', '--scope', 'billing');
  const { keys, exitCode } = await paywall('keys', 'list', account);
  expect(exitCode).toBe(0);
  expect(keys).toEqual([
    {
      keyId: idOf(key as string),
      label: 'ci',
      scopes: ['billing'],
      createdAt: new Date(NOW).toISOString(),
      createdBy: 'cli',
      expiresAt: new Date(NOW + 24 * HOUR).toISOString(),
      expired: false,
      lastUsedOn: null,
    } satisfies DescribedKey,
  ]);
  expect(context.output.text).toContain('ci');
  expect(context.output.text).not.toContain(key);
});

test('list gives the terminal no commands that a customer has written into a label', async () => {
  await createKey('--label', 'ci\u001b[2J\u202egnp');
  await paywall('keys', 'list', account);
  expect(context.output.text).toContain('ci[2Jgnp');
});

test('rotate: the successor has label and scopes, the old key ends after the overlap', async () => {
  const old = (await createKey('--label', 'ci', '--scope', 'billing')).key as string;
  const rotated = await paywall('keys', 'rotate', account, idOf(old), '--overlap', '2h');
  expect(rotated).toMatchObject({
    exitCode: 0,
    label: 'ci',
    scopes: ['billing'],
    replaces: { keyId: idOf(old), expiresAt: new Date(NOW + 2 * HOUR).toISOString() },
  });
  expect(await grants()).toMatchObject({
    [fingerprintOf(old)]: { expiresAt: NOW + 2 * HOUR },
    [fingerprintOf(rotated.key as string)]: { scopes: ['billing'] },
  });
});

test('revoke ends the key and forgets its description', async () => {
  const { key } = await createKey();
  expect(await paywall('keys', 'revoke', account, idOf(key as string))).toMatchObject({ exitCode: 0 });
  expect(await grants()).toEqual({});
  expect((await paywall('keys', 'list', account)).keys).toEqual([]);
});

describe('accounts erase', () => {
  test('deletes the account, its keys, its billing and its customers, and nothing of others', async () => {
    const key = (await createKey()).key as string;
    const put = (pk: string, sk: string, more: object = {}) =>
      client.send('PutItem', { TableName: 'Accounts', Item: { pk: { S: pk }, sk: { S: sk }, ...more } });
    await put(`ACCOUNT#${account}`, 'BILLING', { customers: { L: [{ S: `stripe#cus_${account}` }] } });
    await put(`CUSTOMER#stripe#cus_${account}`, 'LINK');
    await put(`CUSTOMER#stripe#cus_${account}`, 'PARKED#evt_1');
    await put('CUSTOMER#stripe#cus_other', 'LINK');
    await put(`ACCOUNT#${account}`, 'USAGEKEY');
    expect(await paywall('accounts', 'erase', account, '--yes')).toMatchObject({ exitCode: 0, items: 5 });

    const { Items } = await client.send<{ Items: { pk: { S: string } }[] }>('Scan', {
      TableName: 'Accounts',
    });
    // A mark, so that nothing brings the account back; the provisioner deletes the other with the key that it names.
    expect(Items.filter(({ pk }) => pk.S === `ACCOUNT#${account}`)).toMatchObject([
      { sk: { S: 'ERASED' } },
      { sk: { S: 'USAGEKEY' } },
    ]);
    expect(JSON.stringify(Items)).not.toContain(fingerprintOf(key));
    expect(Items.map(({ pk }) => pk.S).filter((pk) => pk.startsWith('CUSTOMER#'))).toEqual([
      'CUSTOMER#stripe#cus_other',
    ]);
  });

  test.each([
    [true, 0, 'AccountErased'],
    [false, 1, 'Declined'],
  ])('asks before: %s', async (answer, exitCode, code) => {
    const asking = cliContext({ cwd, ask: async () => answer });
    expect(await run(['accounts', 'erase', account], '0', asking)).toBe(exitCode);
    expect(asking.output.codes).toEqual([code]);
    expect((await admin.findAccount(account)) === undefined).toBe(answer);
  });

  test('does nothing where nobody can be asked', async () => {
    expect(await paywall('accounts', 'erase', account)).toMatchObject({ exitCode: 2 });
    expect(context.output.codes).toEqual(['ConfirmationNeeded']);
    expect(await admin.findAccount(account)).toBeDefined();
  });
});

test.each<[string, (account: string) => string[], number, string]>([
  [
    'to erase an account that does not exist',
    () => ['accounts', 'erase', 'nobody', '--yes'],
    1,
    'NoSuchAccount',
  ],
  ['an account that does not exist', () => ['keys', 'list', 'nobody'], 1, 'NoSuchAccount'],
  ['a key that does not exist', (id) => ['keys', 'revoke', id, 'AAAAAAAA'], 1, 'NoSuchKey'],
  ['a key id that is too short to be meant', (id) => ['keys', 'rotate', id, 'A'], 1, 'NoSuchKey'],
  [
    'an overlap without a unit',
    (id) => ['keys', 'rotate', id, 'AAAAAAAA', '--overlap', '5'],
    2,
    'BadOverlap',
  ],
  ['an account id that cannot be one', () => ['keys', 'list', 'ACME'], 2, 'BadAccountId'],
])('refuses %s', async (_case, line, exitCode, code) => {
  expect(await paywall(...line(account))).toMatchObject({ exitCode });
  expect(context.output.codes).toEqual([code]);
});

describe('accounts conflicts', () => {
  test('says so when no payment is kept', async () => {
    expect(await paywall('accounts', 'conflicts')).toMatchObject({ exitCode: 0, conflicts: [] });
    expect(context.output.text).toContain('no payment is kept from an account on');
  });

  test('lists customer, account and what may be done', async () => {
    const table = new DynamoDbBillingTable(client, 'Accounts', () => NOW);
    const subject = { kind: 'customer', provider: 'stripe', customer: 'cus_kept', livemode: true } as const;
    const message = { id: 'evt_1', at: NOW, subject, facts: [], link: account };
    await table.recordConflict(subject, message, 'live_subscription');
    expect(await paywall('accounts', 'conflicts')).toMatchObject({
      exitCode: 0,
      conflicts: [
        {
          account,
          provider: 'stripe',
          customer: 'cus_kept',
          conflict: 'live_subscription',
          source: 'evt_1',
          since: new Date(NOW).toISOString(),
          keptUntil: new Date(NOW + 30 * 24 * HOUR).toISOString(),
          hint: expect.stringContaining('cancel and refund one of the two'),
        },
      ],
    });
    for (const told of [account, 'cus_kept', 'evt_1']) expect(context.output.text).toContain(told);
    await table.putLink(subject, { account, livemode: true });
    expect((await paywall('accounts', 'conflicts')).conflicts).toEqual([]);
  });
});
