import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { composeKey, fingerprintOf } from '../../lib/domain/key';
import type { AccountRecord } from '../../lib/domain/account';
import { createHandler } from '../../lambda/authorizer/handler';
import type { Settings } from '../../lambda/authorizer/settings';
import request from '../fixtures/apigateway/authorizer-request.json';
import { buildAccount, buildCatalogue, NOW } from './support/builders';
import { MemoryAccountStore } from './support/memory-account-store';
import { MemoryImportedKeys } from './support/imported-keys';

const KEY = composeKey('pw', 'acme', new Uint8Array(20).fill(7));
const GRANT = { [fingerprintOf(KEY)]: { expiresAt: NOW + 1e9, scopes: [] } };

const SETTINGS: Settings = {
  tableName: 'table',
  functionName: 'authorizer',
  credentialSource: 'bearer',
  identities: { acceptsKeys: true, tokenIssuers: [] },
  admission: { leaseDurationMs: 10_000, outageGraceMs: 30_000, admitKnownPayersMs: 0 },
  usageKeys: { scope: 'scope', poolKeys: 8, required: true },
  resultsCached: false,
  catalogue: buildCatalogue({
    actionUrls: { update_payment_method: 'https://pay.example/{account}?why={reason}' },
  }).definition,
};

function start(account: Partial<AccountRecord> = {}, settings: Partial<Settings> = {}) {
  const store = new MemoryAccountStore(buildAccount({ keys: GRANT, ...account }));
  const lines: string[] = [];
  const handler = createHandler(
    { ...SETTINGS, ...settings },
    {
      store,
      importedKeys: new MemoryImportedKeys(),
      env: {},
      clock: () => NOW,
      log: (line) => lines.push(line),
    },
  );
  const call = (
    headers: Record<string, string> = { Authorization: `Bearer ${KEY}` },
    resource = '/hello',
  ) => {
    const event = { ...request, headers, multiValueHeaders: null, httpMethod: 'GET', resource };
    return handler(event as unknown as APIGatewayRequestAuthorizerEvent);
  };
  const logged = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { call, store, lines, logged };
}

const statement = (effect: string) => ({
  Version: '2012-10-17',
  Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: stage(request.methodArn) }],
});
const stage = (arn: string) => `${arn.split('/').slice(0, 2).join('/')}/*`;

test('a payer: Allow for the stage, the usage key, and who called for the backend', async () => {
  expect(await start().call()).toEqual({
    principalId: 'acme',
    policyDocument: statement('Allow'),
    usageIdentifierKey: expect.stringMatching(/^scope-pool-[0-7]$/),
    context: {
      account: 'acme',
      plan: 'pro',
      keyId: fingerprintOf(KEY).slice(0, 8),
      scopes: '',
      remaining: 999,
      limit: 1000,
      period: 'month',
      periodStart: '2026-11-01T00:00:00.000Z',
      periodEnd: '2026-12-01T00:00:00.000Z',
      rateLimit: '',
      burstLimit: '',
      detail: expect.stringContaining('not active yet'),
    },
  });
});

test('an account with its own API Gateway key uses it', async () => {
  const { call } = start({ usageKey: 'scope-account-acme' });
  expect(await call()).toMatchObject({ usageIdentifierKey: 'scope-account-acme' });
});

test('a key of another paywall with the same accounts is not this stage’s: the account has its pool key', async () => {
  const { call } = start({ usageKey: 'other-kmbc123-acme' });
  expect(await call()).toMatchObject({ usageIdentifierKey: expect.stringMatching(/^scope-pool-/) });
});

test('money is missing: Deny with the problem as context', async () => {
  expect(await start({ accessUntil: 0 }).call()).toEqual({
    principalId: 'acme',
    policyDocument: statement('Deny'),
    context: {
      type: expect.stringContaining('payment_failed'),
      title: 'Payment failed',
      detail: expect.stringContaining('update the payment method'),
      reason: 'payment_failed',
      account: 'acme',
      plan: 'pro',
      action: 'update_payment_method',
      actionUrl: 'https://pay.example/acme?why=payment_failed',
      retryAt: '',
      limit: '',
      remaining: '',
    },
  });
});

test('a quota that is spent: the problem tells how it stands', async () => {
  const { context } = await start({ remaining: 3 }).call(undefined, '/dear');
  expect(context).toMatchObject({
    reason: 'quota_exceeded',
    detail: expect.stringContaining('costs 5 units and 3 of the plan pro are left'),
    limit: '1000',
    remaining: '3',
    retryAt: '2026-12-01T00:00:00.000Z',
  });
});

test.each<[string, Partial<AccountRecord>, string, object]>([
  ['on its own key', { usageKey: 'own' }, 'pro', { rateLimit: 2.5, burstLimit: 10 }],
  ['on a shared key, whose lid is another', {}, 'pro', { rateLimit: '', burstLimit: '' }],
  ['on a plan without throttle', { usageKey: 'own' }, 'open', { rateLimit: '', burstLimit: '' }],
])('the speed of the plan is told to an account %s', async (_, account, plan, told) => {
  const [pro, open] = ['pro', 'open'].map((id) => buildCatalogue().plan(id)!);
  const plans = [{ ...pro!, throttle: { rateLimit: 2.5, burstLimit: 10 } }, open!];
  const { call } = start({ plan, ...account }, { catalogue: { ...SETTINGS.catalogue, plans } });
  expect(await call()).toMatchObject({ context: told });
});

test('forbidden although paid: Allow with a key of no usage plan', async () => {
  const answer = await start({ suspended: true }).call();
  expect(answer).toMatchObject({
    policyDocument: statement('Allow'),
    usageIdentifierKey: 'refused-key-of-no-usage-plan',
    context: { detail: 'The seller has suspended this account.' },
  });
});

test('where methods require no key, forbidden is 401: an Allow would let the caller in', async () => {
  const usageKeys = { ...SETTINGS.usageKeys, required: false };
  await expect(start({ suspended: true }, { usageKeys }).call()).rejects.toMatchObject({
    message: 'Unauthorized',
  });
});

test.each<[string, Record<string, string>]>([
  ['no credential', {}],
  ['a typing error', { Authorization: `Bearer ${KEY}x` }],
  ['a forged secret', { Authorization: `Bearer ${composeKey('pw', 'acme', new Uint8Array(20).fill(9))}` }],
])('%s: throws exactly Unauthorized', async (_, headers) => {
  await expect(start().call(headers)).rejects.toMatchObject({ message: 'Unauthorized' });
});

test('the store is out of reach: throws anything but Unauthorized', async () => {
  const { call, store } = start();
  store.fate = () => 'refused-connection';
  await expect(call()).rejects.not.toMatchObject({ message: 'Unauthorized' });
});

test('context values are scalars, as API Gateway answers 500 to anything else', async () => {
  for (const account of [
    {},
    { accessUntil: 0 },
    { suspended: true },
    { remaining: 0 },
    { plan: undefined },
  ]) {
    const { context } = await start(account).call();
    for (const value of Object.values(context!))
      expect(['string', 'number', 'boolean']).toContain(typeof value);
  }
});

describe('log', () => {
  test('one line per decision, with the metric that it counts for', async () => {
    const { call, logged } = start();
    await call();
    expect(logged()).toEqual([
      expect.objectContaining({
        level: 'INFO',
        outcome: 'allow',
        path: 'take',
        account: 'acme',
        keyId: fingerprintOf(KEY).slice(0, 8),
        route: 'GET /hello',
        FunctionName: 'authorizer',
        Allowed: 1,
        _aws: {
          Timestamp: NOW,
          CloudWatchMetrics: [
            {
              Namespace: 'CdkApiPaywall',
              Dimensions: [['FunctionName']],
              Metrics: [{ Name: 'Allowed', Unit: 'Count' }],
            },
          ],
        },
      }),
    ]);
  });

  test.each<[string, Partial<AccountRecord>, object]>([
    ['payment-required', { accessUntil: 0 }, { PaymentRequired: 1, reason: 'payment_failed', plan: 'pro' }],
    ['forbidden', { suspended: true }, { Forbidden: 1, cause: 'account_suspended' }],
    ['unavailable', { plan: 'retired' }, { Fault: 1, level: 'ERROR', cause: 'plan_not_in_catalogue' }],
  ])('%s says why', async (outcome, account, members) => {
    const { call, logged } = start(account);
    await call().catch(() => undefined);
    expect(logged()).toEqual([expect.objectContaining({ outcome, ...members })]);
  });

  test('never holds key material', async () => {
    const { call, lines } = start();
    await call();
    await call({ Authorization: `Bearer ${KEY}x` }).catch(() => undefined);
    await call({ Authorization: `Bearer ${composeKey('pw', 'acme', new Uint8Array(20).fill(9))}` }).catch(
      () => undefined,
    );
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(line).not.toContain(KEY.slice('pw_acme_'.length, -6));
      expect(line).not.toContain(fingerprintOf(KEY));
    }
  });
});
