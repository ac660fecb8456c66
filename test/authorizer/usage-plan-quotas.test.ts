import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import type { AccountRecord } from '../../lib/domain/account';
import { composeKey, fingerprintOf } from '../../lib/domain/key';
import { createHandler } from '../../lambda/authorizer/handler';
import { methodResources } from '../../lambda/authorizer/policy-resource';
import request from '../fixtures/apigateway/authorizer-request.json';
import { buildAccount, buildCatalogue, NOW } from './support/builders';
import { MemoryAccountStore } from './support/memory-account-store';
import { MemoryImportedKeys } from './support/imported-keys';

const KEY = composeKey('pw', 'acme', new Uint8Array(20).fill(7));
const GRANT = { [fingerprintOf(KEY)]: { expiresAt: NOW + 1e9, scopes: [] } };
const OWN_KEY = 'scope-k1-acme';
const API = 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod';

function start(account: Partial<AccountRecord> = {}, resultsCached = false) {
  const store = new MemoryAccountStore(buildAccount({ keys: GRANT, usageKey: OWN_KEY, ...account }));
  const lines: string[] = [];
  const handler = createHandler(
    {
      tableName: 'table',
      functionName: 'authorizer',
      credentialSource: 'bearer',
      identities: { acceptsKeys: true, tokenIssuers: [] },
      admission: { leaseDurationMs: 10_000, outageGraceMs: 30_000, admitKnownPayersMs: 0 },
      usageKeys: { scope: 'scope', poolKeys: 8, required: true },
      resultsCached,
      catalogue: buildCatalogue({ quotaEnforcement: 'usage-plan' }).definition,
    },
    {
      store,
      importedKeys: new MemoryImportedKeys(),
      env: {},
      clock: () => NOW,
      log: (line) => lines.push(line),
    },
  );
  const call = (resource = '/hello', methodArn = `${API}/GET${resource}`) => {
    const headers = { Authorization: `Bearer ${KEY}` };
    const event = { ...request, headers, multiValueHeaders: null, httpMethod: 'GET', resource, methodArn };
    return handler(event as unknown as APIGatewayRequestAuthorizerEvent);
  };
  const logged = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { call, store, logged };
}

const resourceOf = ({ policyDocument }: Awaited<ReturnType<ReturnType<typeof start>['call']>>) =>
  (policyDocument.Statement[0] as { Resource: unknown }).Resource;

test('the function takes no unit: one strongly consistent read, the day on which the key was used, then from memory', async () => {
  const { call, store } = start({ remaining: 0 });
  for (let calls = 0; calls < 5; calls += 1)
    expect(await call()).toMatchObject({ usageIdentifierKey: OWN_KEY, context: { account: 'acme' } });
  expect(store.operations).toEqual(['read', 'noteUse']);
});

test('the limit is told to the body of QUOTA_EXCEEDED; how much is left only API Gateway knows', async () => {
  const { context } = await start({ remaining: 7 }).call();
  expect(context).toMatchObject({ limit: 1000, remaining: '', periodEnd: '' });
});

test('a route that needs no payment counts on a shared key, so that a spent quota closes no billing page', async () => {
  const { call } = start();
  expect((await call('/account')).usageIdentifierKey).toMatch(/^scope-pool-[0-7]$/);
  expect((await call()).usageIdentifierKey).toBe(OWN_KEY);
});

test('an account without a key of its own is refused 403 on paid routes, and told why', async () => {
  const { call, store, logged } = start({ usageKey: undefined });
  expect(await call()).toMatchObject({
    usageIdentifierKey: 'refused-key-of-no-usage-plan',
    context: { detail: expect.stringContaining('not active yet') },
  });
  expect((await call('/account')).usageIdentifierKey).toMatch(/^scope-pool-/);
  expect(logged()[0]).toMatchObject({ outcome: 'forbidden', cause: 'usage_key_missing', Forbidden: 1 });
  // The refusal is not remembered: the key is used with the next call.
  store.change('acme', { usageKey: OWN_KEY });
  expect((await call()).usageIdentifierKey).toBe(OWN_KEY);
});

test.each<[string, Partial<AccountRecord>]>([
  ['no_subscription', { plan: undefined }],
  ['payment_failed', { accessUntil: NOW }],
])('who has not paid is told so, with or without a key: %s', async (reason, account) => {
  for (const usageKey of [undefined, OWN_KEY])
    expect((await start({ ...account, usageKey }).call()).context).toMatchObject({ reason });
});

test('an answer that nobody reuses speaks of the stage, a cached one of its method', async () => {
  expect(resourceOf(await start().call())).toBe(`${API}/*`);
  expect(resourceOf(await start({}, true).call())).toEqual([`${API}/GET/hello`, `${API}/GET/hello/`]);
  const lapsed = await start({ accessUntil: NOW }, true).call();
  expect(lapsed.policyDocument.Statement[0]).toMatchObject({ Effect: 'Deny' });
  expect(resourceOf(lapsed)).toEqual([`${API}/GET/hello`, `${API}/GET/hello/`]);
});

test.each([
  ['/', 'GET/', ['GET/']],
  ['/reports/{id}', 'GET/reports/7', ['GET/reports/*', 'GET/reports/*/', 'GET/reports/7']],
  ['/files/{path+}', 'GET/files/a/b', ['GET/files/*', 'GET/files/*/', 'GET/files/a/b']],
  ['/a%62', 'GET/ab', ['GET/a%62', 'GET/a%62/', 'GET/ab']],
  // What the caller wrote must not become a wildcard.
  ['/reports/{id}', 'GET/reports/*', ['GET/reports/*', 'GET/reports/*/']],
  ['/hello', 'GET/h?llo', ['GET/hello', 'GET/hello/']],
  [`/x/{id}`, `GET/x/${'y'.repeat(600)}`, ['GET/x/*', 'GET/x/*/']],
])('resources of a cached answer: %s called as %s', (resource, path, expected) => {
  const event = { resource, httpMethod: 'GET', methodArn: `${API}/${path}` };
  expect(methodResources(event)).toEqual(expected.map((end) => `${API}/${end}`));
});
