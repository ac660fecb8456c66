import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Catalogue } from '../../lib/domain/catalogue';
import { accountUsageKey } from '../../lib/domain/usage-key';
import { fingerprintOf } from '../../lib/domain/key';
import { createAccountApi } from '../../lambda/account-api/handler';
import { AccountAdmin, DynamoDbAccountStore, DynamoDbClient } from '../../lambda/store';
import { buildCatalogue, NOW } from '../authorizer/support/builders';
import {
  createAccountsTable,
  CREDENTIALS,
  dynamoDbTargets,
  REGION,
  type RunningDynamoDb,
} from '../helpers/dynamodb-targets';

const DAY_MS = 86_400_000;
let database: RunningDynamoDb;
let client: DynamoDbClient;
let admin: AccountAdmin;
let now = NOW;
const faults: string[] = [];

beforeAll(async () => {
  database = await dynamoDbTargets[0]!.start();
  client = new DynamoDbClient({
    endpoint: database.endpoint,
    region: REGION,
    credentials: () => CREDENTIALS,
  });
  admin = new AccountAdmin(client, 'accounts', () => now);
  await createAccountsTable(database.endpoint, 'accounts');
});
afterAll(async () => {
  client.close();
  await database.stop();
});

let accountId = '';
let number = 0;
beforeEach(async () => {
  now = NOW;
  number += 1;
  accountId = `account${number}`;
  await admin.createAccount({
    accountId,
    plan: 'pro',
    access: { accessUntil: NOW + 30 * DAY_MS, lapseReason: 'payment_failed' },
    usageKey: accountUsageKey('scope', accountId),
  });
});

interface Answer {
  readonly status: number;
  readonly body: Record<string, any>;
  readonly headers: Record<string, unknown>;
}

async function call(
  method: string,
  resource: string,
  {
    body,
    keyId,
    scopes = 'keys:manage',
    account = accountId,
    caller = '',
    catalogue = buildCatalogue(),
  }: {
    body?: unknown;
    keyId?: string;
    scopes?: string;
    account?: string;
    caller?: string;
    catalogue?: Catalogue;
  } = {},
): Promise<Answer> {
  const handler = createAccountApi({
    accounts: admin,
    catalogue,
    clock: () => now,
    log: (line) => faults.push(line),
  });
  const result = await handler({
    httpMethod: method,
    resource,
    pathParameters: keyId === undefined ? null : { keyId },
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: {
      requestId: 'request',
      authorizer: account === '' ? undefined : { account, scopes, keyId: caller },
    },
  } as unknown as APIGatewayProxyEvent);
  return {
    status: result.statusCode,
    body: result.body === '' ? {} : (JSON.parse(result.body) as Record<string, any>),
    headers: result.headers ?? {},
  };
}

test('where usage plans count, the limit is told and that nobody here knows what is left', async () => {
  const catalogue = buildCatalogue({ quotaEnforcement: 'usage-plan' });
  const { body, headers } = await call('GET', '/account/usage', { catalogue });
  expect(body).toEqual({
    plan: 'pro',
    period: 'month',
    limit: 1000,
    used: null,
    remaining: null,
    resetsAt: null,
    countedBy: 'usage-plan',
  });
  expect(headers).not.toHaveProperty('RateLimit');
  expect((await call('GET', '/account', { catalogue })).body).toMatchObject({ plan: 'pro', usage: null });
});

describe('GET /account', () => {
  test('says plan, status and what is left', async () => {
    expect(await call('GET', '/account')).toMatchObject({
      status: 200,
      body: {
        account: accountId,
        plan: 'pro',
        status: 'active',
        reason: null,
        accessUntil: new Date(NOW + 30 * DAY_MS).toISOString(),
        usage: { limit: 1000, used: 0, remaining: 1000, resetsAt: '2026-12-01T00:00:00.000Z' },
      },
      headers: { 'Cache-Control': 'no-store', RateLimit: expect.stringMatching(/^"month";r=1000;t=\d+$/) },
    });
  });

  test('says why access has ended', async () => {
    now = NOW + 30 * DAY_MS;
    expect((await call('GET', '/account')).body).toMatchObject({
      status: 'lapsed',
      reason: 'payment_failed',
    });
  });

  test('says to a token of nobody that there is no subscription yet', async () => {
    expect(await call('GET', '/account', { account: 'nobody' })).toMatchObject({
      status: 200,
      body: { account: 'nobody', plan: null, status: 'none', reason: 'no_subscription', usage: null },
    });
    expect(await call('GET', '/account/usage', { account: 'nobody' })).toMatchObject({
      status: 200,
      body: { plan: null, limit: null },
    });
    expect(await call('GET', '/account/keys', { account: 'nobody' })).toMatchObject({ body: { keys: [] } });
    expect(await call('POST', '/account/keys', { account: 'nobody' })).toMatchObject({ status: 404 });
  });
});

test('GET /account/usage answers in the terms of the quota', async () => {
  expect(await call('GET', '/account/usage')).toMatchObject({
    status: 200,
    body: {
      plan: 'pro',
      period: 'month',
      limit: 1000,
      used: 0,
      remaining: 1000,
      startedAt: '2026-11-01T00:00:00.000Z',
    },
    headers: { 'RateLimit-Policy': `"month";q=1000;w=${30 * 86_400}` },
  });
});

test('a script in a browser may read what is left', async () => {
  const { headers } = await call('GET', '/account/usage');
  const exposed = String(headers['Access-Control-Expose-Headers']).split(',');
  expect(exposed).toEqual(expect.arrayContaining(['RateLimit', 'RateLimit-Policy']));
});

test('GET /account/usage says what was used on each day', async () => {
  const store = new DynamoDbAccountStore(client, 'accounts');
  const request = { credential: { accountId }, plans: ['pro'], now, closesOverage: false };
  const to = { id: 'month-20261101T000000Z', start: NOW, end: NOW + DAY_MS };
  const from = (await admin.findAccount(accountId))!;
  await store.rollOver({ ...request, from, to, remaining: 960, units: 40 });
  const { body } = await call('GET', '/account/usage');
  expect(body).toMatchObject({ used: 40, remaining: 960 });
  expect(body.days).toHaveLength(22);
  expect(body.days.at(0)).toEqual({ date: '2026-11-01', units: 0 });
  expect(body.days.at(-1)).toEqual({ date: '2026-11-22', units: 40 });
});

describe('keys', () => {
  test('a key is shown once, works, and is listed without its secret', async () => {
    const created = await call('POST', '/account/keys', { body: { label: 'ci', expiresInDays: 30 } });
    expect(created).toMatchObject({
      status: 201,
      body: { label: 'ci', expiresAt: new Date(NOW + 30 * DAY_MS).toISOString() },
    });
    const key = created.body.key as string;
    expect((await admin.findAccount(accountId))!.keys[fingerprintOf(key)]).toEqual({
      expiresAt: NOW + 30 * DAY_MS,
      scopes: [],
    });

    const { body } = await call('GET', '/account/keys');
    expect(body.keys).toEqual([
      {
        keyId: fingerprintOf(key).slice(0, 8),
        label: 'ci',
        scopes: [],
        createdAt: new Date(NOW).toISOString(),
        expiresAt: new Date(NOW + 30 * DAY_MS).toISOString(),
        lastUsedOn: null,
      },
    ]);
    expect(JSON.stringify(body)).not.toContain(key);
  });

  test('rotation: the new key works at once, the old one until the overlap is over', async () => {
    const old = (await call('POST', '/account/keys', { body: { label: 'ci' } })).body;
    const rotated = await call('POST', '/account/keys/{keyId}/rotate', {
      keyId: old.keyId as string,
      body: { overlapHours: 2 },
    });
    expect(rotated).toMatchObject({
      status: 201,
      body: {
        label: 'ci',
        replaces: { keyId: old.keyId, expiresAt: new Date(NOW + 7_200_000).toISOString() },
      },
    });
    const { keys } = (await admin.findAccount(accountId))!;
    expect(keys[fingerprintOf(old.key as string)]!.expiresAt).toBe(NOW + 7_200_000);
    expect(keys[fingerprintOf(rotated.body.key as string)]!.expiresAt).toBeGreaterThan(NOW + 1e12);
  });

  test('rotation never prolongs the old key', async () => {
    const old = (await call('POST', '/account/keys', { body: { expiresInDays: 1 } })).body;
    await call('POST', '/account/keys/{keyId}/rotate', {
      keyId: old.keyId as string,
      body: { overlapHours: 48 },
    });
    expect((await admin.findAccount(accountId))!.keys[fingerprintOf(old.key as string)]!.expiresAt).toBe(
      NOW + DAY_MS,
    );
  });

  test('revocation removes the key and its description', async () => {
    const { key, keyId } = (await call('POST', '/account/keys')).body;
    expect(await call('DELETE', '/account/keys/{keyId}', { keyId: keyId as string })).toMatchObject({
      status: 204,
    });
    expect((await admin.findAccount(accountId))!.keys).not.toHaveProperty(fingerprintOf(key as string));
    expect((await call('GET', '/account/keys')).body.keys).toEqual([]);
    expect(await call('DELETE', '/account/keys/{keyId}', { keyId: keyId as string })).toMatchObject({
      status: 404,
    });
  });

  test('a key cannot make one that may do more than itself', async () => {
    expect(await call('POST', '/account/keys', { body: { scopes: ['billing'] } })).toMatchObject({
      status: 403,
    });
    expect(
      await call('POST', '/account/keys', { body: { scopes: ['billing'] }, scopes: 'keys:manage billing' }),
    ).toMatchObject({ status: 201, body: { scopes: ['billing'] } });
  });

  test('a key cannot get a dearer one out of a rotation', async () => {
    const mighty = await admin.createKey(accountId, {
      prefix: 'pw',
      label: '',
      scopes: ['billing'],
      createdBy: 'test',
    });
    const keyId = mighty.record.fingerprint.slice(0, 8);
    expect(await call('POST', '/account/keys/{keyId}/rotate', { keyId })).toMatchObject({ status: 403 });
  });

  test('a key cannot make one that outlives it, nor out of a rotation', async () => {
    const { keyId: caller } = (await call('POST', '/account/keys', { body: { expiresInDays: 7 } })).body as {
      keyId: string;
    };
    const end = new Date(now + 7 * 86_400_000).toISOString();
    const made = await call('POST', '/account/keys', { caller });
    expect(made).toMatchObject({ status: 201, body: { expiresAt: end } });
    const longer = await call('POST', '/account/keys', { caller, body: { expiresInDays: 8 } });
    expect(longer.body.expiresAt).toBe(end);
    const shorter = await call('POST', '/account/keys', { caller, body: { expiresInDays: 1 } });
    expect(shorter.body.expiresAt).toBe(new Date(now + 86_400_000).toISOString());
    const rotated = await call('POST', '/account/keys/{keyId}/rotate', { caller, keyId: caller });
    expect(rotated.body.expiresAt).toBe(end);
  });

  test('a scope that is named often is stored once', async () => {
    const { body } = await call('POST', '/account/keys', {
      body: { scopes: Array<string>(500).fill('keys:manage') },
    });
    expect(body.scopes).toEqual(['keys:manage']);
  });

  test('another account cannot touch it', async () => {
    const { keyId } = (await call('POST', '/account/keys')).body;
    await admin.createAccount({
      accountId: `other${number}`,
      access: { accessUntil: 0, lapseReason: 'no_subscription' },
    });
    expect(
      await call('DELETE', '/account/keys/{keyId}', { keyId: keyId as string, account: `other${number}` }),
    ).toMatchObject({ status: 404 });
  });

  test.each<[unknown, string]>([
    ['{', 'must be a JSON object'],
    [[], 'must be a JSON object'],
    [{ label: 7 }, 'label must be'],
    [{ label: 'x'.repeat(65) }, 'label must be'],
    [{ label: '\u001b[2J' }, 'printable characters'],
    [{ expiresInDays: 0 }, 'expiresInDays must be'],
    [{ expiresInDays: 1.5 }, 'expiresInDays must be'],
    [{ scopes: 'billing' }, 'scopes must be'],
    [{ lable: 'ci' }, 'unknown members lable'],
  ])('refuses %j and says what is right', async (body, message) => {
    expect(await call('POST', '/account/keys', { body })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining(message) },
    });
  });

  test('an oversized body is refused', async () => {
    expect(await call('POST', '/account/keys', { body: ' '.repeat(10_001) })).toMatchObject({ status: 413 });
  });
});

test('a path that is called like a route below it is not taken for that', async () => {
  expect((await call('GET', '/keys')).body).toMatchObject({ account: accountId, plan: 'pro' });
  expect((await call('GET', '/keys/keys')).body).toHaveProperty('keys');
  expect((await call('GET', '/usage')).body).toHaveProperty('status');
});

describe('faults of ours', () => {
  test('a request without an authorizer is a 503 that is logged, not a foreign account', async () => {
    expect(await call('GET', '/account', { account: '' })).toMatchObject({ status: 503 });
    expect(faults.at(-1)).toContain('must be of class identified');
  });

  test('an unknown route is a 404', async () => {
    expect(await call('PATCH', '/account/keys')).toMatchObject({ status: 404 });
  });
});
