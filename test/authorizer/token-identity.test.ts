import { createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import type { TokenIssuerDefinition } from '../../lib/domain/token-issuer';
import { hashedAccountId } from '../../lib/domain/token-issuer';
import { TokenIdentity } from '../../lambda/authorizer/token/token-identity';
import {
  hmacToken,
  newKey,
  OidcIssuer,
  signToken,
  unsigned,
  type Claims,
  type SigningKey,
} from './support/oidc-issuer';

const RSA = newKey('rsa');
const EC = newKey('ec', 'ES256');
const OTHERS = ['RS384', 'RS512', 'ES384', 'ES512', 'EdDSA'].map((alg) => newKey(alg, alg));
const STRANGER = newKey('rsa');
const SMALL = newKey('small', 'RS256', 1024);

const issuer = new OidcIssuer();
let now: number;

beforeAll(() => issuer.start());
afterAll(() => issuer.stop());
beforeEach(() => {
  now = Date.now();
  issuer.keys = [RSA, EC, ...OTHERS, SMALL];
  issuer.requests.length = 0;
});

/** A new function environment, that knows no keys yet. */
function start(overrides: Partial<TokenIssuerDefinition> = {}): TokenIdentity {
  return new TokenIdentity(
    [
      { ...definition(), ...overrides },
      { ...definition(), issuer: 'https://second.example', audiences: ['second'] },
    ],
    { clock: () => now },
  );
}

function definition(): TokenIssuerDefinition {
  return {
    issuer: issuer.url,
    audiences: ['api'],
    audienceClaim: 'aud',
    accountClaim: 'account',
    accountMapping: 'exact',
    clockSkewSeconds: 60,
  };
}

const seconds = (offset = 0): number => Math.floor(now / 1000) + offset;

function claims(overrides: Claims = {}): Claims {
  return { iss: issuer.url, aud: 'api', account: 'acme', iat: seconds(), exp: seconds(300), ...overrides };
}

const token = (overrides?: Claims, key: SigningKey = RSA, header?: Claims): string =>
  signToken(key, claims(overrides), header);

const identified = (scopes: string[] = []) => ({
  kind: 'identified',
  credential: { accountId: 'acme', scopes },
});
const unauthorized = (cause: string) => ({ kind: 'unauthorized', cause });

describe('believed', () => {
  test.each([RSA, EC, ...OTHERS])('$alg', async (key) => {
    expect(await start().identify(token({}, key))).toEqual(identified());
  });

  test.each<[string, () => Claims]>([
    ['one audience of several', () => ({ aud: ['stranger', 'api'] })],
    ['expired for less than the clocks may differ', () => ({ exp: seconds(-30) })],
    ['not valid before an instant that is past', () => ({ nbf: seconds(-1) })],
    ['not valid before less than the clocks may differ', () => ({ nbf: seconds(30) })],
    ['an expiry with a fraction', () => ({ exp: seconds(100) + 0.5 })],
  ])('%s', async (_, overrides) => {
    expect(await start().identify(token(overrides()))).toEqual(identified());
  });

  test('with the scopes that it states, and no others', async () => {
    expect(await start().identify(token({ scope: 'keys:manage billing' }))).toEqual(
      identified(['keys:manage', 'billing']),
    );
  });

  test('without discovery, where the seller names the key set', async () => {
    expect(await start({ jwksUri: issuer.jwksUri }).identify(token())).toEqual(identified());
    expect(issuer.requests).toEqual(['/keys']);
  });

  test('an access token of Cognito, which has no audience', async () => {
    const identity = start({ audienceClaim: 'client_id', audiences: ['client'] });
    expect(await identity.identify(token({ aud: undefined, client_id: 'client' }))).toEqual(identified());
    expect(await identity.identify(token({ aud: 'client' }))).toEqual(unauthorized('token_audience_unknown'));
  });

  test('a subject of any form, where accounts are hashed', async () => {
    const identity = start({ accountMapping: 'hashed', accountClaim: 'sub' });
    expect(await identity.identify(token({ sub: 'auth0|42' }))).toMatchObject({
      credential: { accountId: hashedAccountId(issuer.url, 'auth0|42') },
    });
  });
});

describe('not believed', () => {
  test.each<[string, string, () => string]>([
    ['expired', 'token_expired', () => token({ exp: seconds(-61) })],
    ['without expiry', 'token_expired', () => token({ exp: undefined })],
    ['expired before any date', 'token_expired', () => token({ exp: -1e300 })],
    ['not yet valid', 'token_not_yet_valid', () => token({ nbf: seconds(120) })],
    ['not valid before the end of time', 'token_not_yet_valid', () => token({ nbf: 1e300 })],
    ['of another audience', 'token_audience_unknown', () => token({ aud: 'stranger' })],
    ['of no audience', 'token_audience_unknown', () => token({ aud: undefined })],
    ['of another issuer', 'token_issuer_unknown', () => token({ iss: 'https://stranger.example' })],
    ['of an issuer with another slash', 'token_issuer_unknown', () => token({ iss: `${issuer.url}/` })],
    ['of no issuer', 'token_issuer_unknown', () => token({ iss: undefined })],
    [
      'of the other issuer for our audience',
      'token_audience_unknown',
      () => token({ iss: 'https://second.example' }),
    ],
    ['alg none', 'token_algorithm_refused', () => `${unsigned({ alg: 'none', kid: 'rsa' }, claims())}.`],
    ['alg None', 'token_algorithm_refused', () => `${unsigned({ alg: 'None', kid: 'rsa' }, claims())}.e30`],
    ['no alg', 'token_algorithm_refused', () => `${unsigned({ kid: 'rsa' }, claims())}.e30`],
    ['a signature removed', 'token_malformed', () => token().replace(/[^.]+$/, '')],
    [
      'HS256 with the public key in PEM',
      'token_algorithm_refused',
      () => hmacToken(pem(RSA), { kid: 'rsa' }, claims()),
    ],
    [
      'HS256 with the modulus',
      'token_algorithm_refused',
      () => hmacToken(RSA.jwk.n!, { kid: 'rsa' }, claims()),
    ],
    ['another key under a known id', 'token_signature_invalid', () => token({}, STRANGER)],
    [
      'an elliptic curve signature of the wrong length',
      'token_signature_invalid',
      () => token({}, EC).replace(/[^.]+$/, (signature) => signature + signature),
    ],
    ['an id that is not in the set', 'token_key_unknown', () => token({}, newKey('unknown', 'ES256'))],
    ['no key id', 'token_malformed', () => token({}, RSA, { kid: undefined })],
    ['an extension', 'token_malformed', () => token({}, RSA, { crit: ['b64'], b64: false })],
    ['an algorithm of another key', 'token_algorithm_refused', () => token({}, RSA, { alg: 'ES256' })],
    [
      'another algorithm of the same family',
      'token_algorithm_refused',
      () => token({}, RSA, { alg: 'RS512' }),
    ],
    ['a key of 1024 bits', 'token_key_unknown', () => token({}, SMALL)],
    ['claims changed afterwards', 'token_signature_invalid', () => changed(token(), { account: 'victim' })],
    ['an account that is none', 'token_account_invalid', () => token({ account: 'auth0|42' })],
    ['no account', 'token_account_invalid', () => token({ account: undefined })],
    ['too long', 'token_malformed', () => token({ padding: 'x'.repeat(10_240) })],
    ['scope of another type', 'token_malformed', () => token({ scope: { billing: true } })],
    ['not base64', 'token_malformed', () => 'a.b.c'],
    ['empty parts', 'token_malformed', () => '..'],
    [
      'claims that are no object',
      'token_malformed',
      () => `${unsigned({ alg: 'RS256', kid: 'rsa' }, 7)}.e30`,
    ],
  ])('%s: %s', async (_, cause, make) => {
    const identity = start();
    expect(await identity.identify(make())).toEqual(unauthorized(cause));
    // Nor in an environment that knows the keys.
    await identity.identify(token());
    expect(await identity.identify(make())).toEqual(unauthorized(cause));
  });

  test('junk asks the issuer for nothing', async () => {
    const identity = start();
    for (const junk of [
      'a.b.c',
      token({ exp: seconds(-61) }),
      token({ aud: 'x' }),
      hmacToken('x', {}, claims()),
    ]) {
      await identity.identify(junk);
    }
    expect(issuer.requests).toEqual([]);
  });

  test('nothing that is random is believed, and nothing crashes', async () => {
    const identity = start();
    const good = token();
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text).toString('base64url')),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
      fc.constantFrom(...good.split('.')),
      fc
        .record({
          alg: fc.constantFrom('RS256', 'ES256', 'none', 'HS256'),
          kid: fc.constantFrom('rsa', 'ec', 'x'),
        })
        .map((header) => Buffer.from(JSON.stringify(header)).toString('base64url')),
      fc
        .dictionary(fc.constantFrom(...Object.keys(claims()), 'nbf', 'scope'), fc.anything())
        .map((changes) =>
          Buffer.from(JSON.stringify({ ...claims(), ...changes }) ?? '').toString('base64url'),
        ),
    );
    const random = fc.oneof(
      fc.string(),
      fc.tuple(part, part, part).map((parts) => parts.join('.')),
      fc
        .tuple(fc.nat(good.length - 1), fc.string({ minLength: 1, maxLength: 1 }))
        .map(([at, character]) => good.slice(0, at) + character + good.slice(at + 1)),
    );
    await fc.assert(
      fc.asyncProperty(random, async (text) => {
        // The last character of a signature holds bits that mean nothing: such a text is the same token.
        fc.pre(decoded(text) !== decoded(good));
        expect(await identity.identify(text)).toMatchObject({ kind: 'unauthorized' });
      }),
      { numRuns: 3000 },
    );
  });
});

function pem(key: SigningKey): string {
  return createPublicKey({ key: key.jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string;
}

function changed(good: string, overrides: Claims): string {
  const [header, , signature] = good.split('.');
  return [header, unsigned({}, claims(overrides)).split('.')[1], signature].join('.');
}

function decoded(text: string): string {
  return text
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString('hex'))
    .join('.');
}
