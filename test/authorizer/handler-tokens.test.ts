import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { composeKey, fingerprintOf } from '../../lib/domain/key';
import type { TokenIssuerDefinition } from '../../lib/domain/token-issuer';
import { createHandler } from '../../lambda/authorizer/handler';
import request from '../fixtures/apigateway/authorizer-request.json';
import { buildAccount, buildCatalogue } from './support/builders';
import { MemoryAccountStore } from './support/memory-account-store';
import { newKey, OidcIssuer, signToken, type Claims } from './support/oidc-issuer';
import { MemoryImportedKeys } from './support/imported-keys';

const OWN_KEY = composeKey('pw', 'acme', new Uint8Array(20).fill(7));
const SIGNING = newKey('signing', 'ES256');
const issuer = new OidcIssuer();

beforeAll(() => issuer.start());
afterAll(() => issuer.stop());

const TRUSTED: Omit<TokenIssuerDefinition, 'issuer'> = {
  audiences: ['api'],
  audienceClaim: 'aud',
  accountClaim: 'account',
  accountMapping: 'exact',
  clockSkewSeconds: 60,
};

function start() {
  issuer.keys = [SIGNING];
  const now = Date.now();
  const keys = { [fingerprintOf(OWN_KEY)]: { expiresAt: now + 1e9, scopes: [] } };
  const store = new MemoryAccountStore(buildAccount({ keys, periodEnd: now + 1e9 }));
  const lines: string[] = [];
  const handler = createHandler(
    {
      tableName: 'table',
      functionName: 'authorizer',
      credentialSource: 'bearer',
      admission: { leaseDurationMs: 10_000, outageGraceMs: 30_000, admitKnownPayersMs: 0 },
      usageKeys: { scope: 'scope', poolKeys: 8, required: true },
      resultsCached: false,
      identities: { acceptsKeys: true, tokenIssuers: [{ ...TRUSTED, issuer: issuer.url }] },
      catalogue: buildCatalogue().definition,
    },
    {
      store,
      importedKeys: new MemoryImportedKeys(),
      env: {},
      clock: () => now,
      log: (line) => lines.push(line),
    },
  );
  const call = (credential: string, resource = '/hello', httpMethod = 'GET') => {
    const headers = { Authorization: `Bearer ${credential}` };
    const event = { ...request, headers, multiValueHeaders: null, httpMethod, resource };
    return handler(event as unknown as APIGatewayRequestAuthorizerEvent);
  };
  const token = (claims: Claims = {}) =>
    signToken(SIGNING, {
      iss: issuer.url,
      aud: 'api',
      account: 'acme',
      exp: Math.floor(now / 1000) + 300,
      ...claims,
    });
  const logged = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { call, token, store, lines, logged };
}

test('a token is admitted beside keys, on the same account and quota', async () => {
  const { call, token, store } = start();
  expect(await call(token())).toMatchObject({
    principalId: 'acme',
    context: { account: 'acme', keyId: '', scopes: '', remaining: 999 },
  });
  expect(await call(OWN_KEY)).toMatchObject({ context: { keyId: fingerprintOf(OWN_KEY).slice(0, 8) } });
  expect(store.accounts.get('acme')!.remaining).toBe(998);
});

test('the backend learns the scopes of the token', async () => {
  const { call, token } = start();
  expect(await call(token({ scope: 'keys:manage a"b' }))).toMatchObject({
    context: { scopes: 'keys:manage ab' },
  });
});

test('a token manages keys only if it says so', async () => {
  const { call, token } = start();
  expect(await call(token(), '/account/keys', 'POST')).toMatchObject({
    usageIdentifierKey: 'refused-key-of-no-usage-plan',
  });
  expect(await call(token({ scope: 'keys:manage' }), '/account/keys', 'POST')).toMatchObject({
    usageIdentifierKey: expect.stringContaining('scope-pool-'),
  });
});

test('a valid token of nobody owes a subscription', async () => {
  const { call, token } = start();
  expect(await call(token({ account: 'newcomer' }))).toMatchObject({
    policyDocument: { Statement: [{ Effect: 'Deny' }] },
    context: { reason: 'no_subscription', account: 'newcomer' },
  });
});

test('and may look around and check out', async () => {
  const { call, token, store } = start();
  expect(await call(token({ account: 'newcomer' }), '/account')).toMatchObject({
    policyDocument: { Statement: [{ Effect: 'Allow' }] },
    usageIdentifierKey: expect.stringContaining('scope-pool-'),
    context: { account: 'newcomer', plan: '', scopes: '', periodEnd: '' },
  });
  const scoped = token({ account: 'newcomer', scope: 'keys:manage' });
  expect(await call(token({ account: 'newcomer' }), '/account/keys', 'POST')).toMatchObject({
    usageIdentifierKey: 'refused-key-of-no-usage-plan',
  });
  expect(await call(scoped, '/account/keys', 'POST')).toMatchObject({
    context: { account: 'newcomer', scopes: 'keys:manage' },
  });
  expect(store.operations).toEqual(['read', 'read', 'read']);
});

test('a token that is not believed is 401 without a round trip to the store, and the log says why', async () => {
  const { call, token, store, lines, logged } = start();
  const expired = token({ exp: 1 });
  await expect(call(expired)).rejects.toThrow(/^Unauthorized$/);
  expect(store.calls).toEqual([]);
  expect(logged()).toEqual([
    expect.objectContaining({
      outcome: 'unauthorized',
      cause: 'token_expired',
      path: 'credential',
      Unauthorized: 1,
    }),
  ]);
  for (const part of expired.split('.')) expect(lines.join()).not.toContain(part);
});

test('an issuer that cannot be reached is our fault, and keys go on working', async () => {
  const { call, token, logged } = start();
  await issuer.stop();
  try {
    await expect(call(token())).rejects.toMatchObject({ name: 'Unavailable' });
    expect(logged()).toEqual([
      expect.objectContaining({ level: 'ERROR', outcome: 'unavailable', path: 'credential', Fault: 1 }),
    ]);
    expect(await call(OWN_KEY)).toMatchObject({ principalId: 'acme' });
  } finally {
    await issuer.start();
  }
});
