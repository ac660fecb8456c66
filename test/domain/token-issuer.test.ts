import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { ACCOUNT_ID_PATTERN } from '../../lib/domain/key';
import {
  hashedAccountId,
  isAudience,
  tokenAccountId,
  tokenScopes,
  type TokenIssuerDefinition,
} from '../../lib/domain/token-issuer';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const ISSUER: TokenIssuerDefinition = {
  issuer: 'https://issuer.example',
  audiences: ['api', 'other-api'],
  audienceClaim: 'aud',
  accountClaim: 'account',
  accountMapping: 'exact',
  clockSkewSeconds: 60,
};
const HASHED: TokenIssuerDefinition = { ...ISSUER, accountMapping: 'hashed' };

const NOT_TEXT = [undefined, null, 7, true, {}, [], ['acme'], { toString: () => 'acme' }];

describe('account of a token, taken as it is', () => {
  test.each(['acme', 'a', '7', 'a'.repeat(40)])('%j', (value) => {
    expect(tokenAccountId(ISSUER, { account: value })).toBe(value);
  });

  test.each<unknown>([
    ...NOT_TEXT,
    '',
    'Acme',
    'a-b',
    'a'.repeat(41),
    'acme\n',
    ' acme',
    'auth0|123',
    'acme#KEY',
    'аcme',
  ])('refuses %j', (value) => {
    expect(tokenAccountId(ISSUER, { account: value })).toBeUndefined();
  });

  test.each(['constructor', 'toString', '__proto__'])(
    'a claim called %s is one that the token has',
    (claim) => {
      expect(tokenAccountId({ ...ISSUER, accountClaim: claim }, {})).toBeUndefined();
      expect(tokenAccountId({ ...HASHED, accountClaim: claim }, {})).toBeUndefined();
    },
  );
});

describe('account of a token, hashed', () => {
  test.each(['auth0|5f7c8ec7c33c6c004bbafe82', '2b1f6a1e-6d0c-4f0a-9f0e-3f5e8f5a6c1d', 'Ä', ' '])(
    '%j',
    (value) => {
      expect(tokenAccountId(HASHED, { account: value })).toMatch(/^[a-z2-7]{32}$/);
    },
  );

  test.each<unknown>([...NOT_TEXT, '', 'a'.repeat(1025)])('refuses %j', (value) => {
    expect(tokenAccountId(HASHED, { account: value })).toBeUndefined();
  });

  test('stays what it is: accounts in tables carry it', () => {
    expect(hashedAccountId('https://issuer.example', 'auth0|1')).toBe('2e34i2ohgutfc5a2awgz6ios37dafeco');
  });

  test('is the base32 of the first 160 bits', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (issuer, subject) => {
        const id = hashedAccountId(issuer, subject);
        const bits = [...id].map((c) =>
          'abcdefghijklmnopqrstuvwxyz234567'.indexOf(c).toString(2).padStart(5, '0'),
        );
        const bytes = bits.join('').match(/.{8}/g)!;
        const hex = bytes.map((byte) => Number.parseInt(byte, 2).toString(16).padStart(2, '0')).join('');
        expect(sha256(JSON.stringify([issuer, subject])).startsWith(hex)).toBe(true);
        expect(hex).toHaveLength(40);
      }),
    );
  });

  test('differs where issuer or subject do, wherever the border between the two lies', () => {
    const text = fc.string({ maxLength: 4 });
    fc.assert(
      fc.property(text, text, text, text, (a, b, c, d) => {
        expect(hashedAccountId(a, b) === hashedAccountId(c, d)).toBe(a === c && b === d);
      }),
      { numRuns: 1000 },
    );
  });
});

test('no claim makes an account id that is not one', () => {
  fc.assert(
    fc.property(fc.constantFrom(ISSUER, HASHED), fc.anything(), (issuer, value) => {
      const id = tokenAccountId(issuer, { account: value });
      if (id !== undefined) expect(id).toMatch(ACCOUNT_ID_PATTERN);
    }),
    { numRuns: 2000 },
  );
});

describe('scopes of a token', () => {
  test.each<[string, Record<string, unknown>, string | undefined, string[]]>([
    ['none', {}, undefined, []],
    ['scope', { scope: 'billing keys:manage' }, undefined, ['billing', 'keys:manage']],
    ['scope with more spaces', { scope: ' billing  a ' }, undefined, ['billing', 'a']],
    ['scp as text', { scp: 'billing' }, undefined, ['billing']],
    ['scp as list', { scp: ['billing', 7, 'a'] }, undefined, ['billing', 'a']],
    ['a scope that is no text', { scope: { billing: true }, scp: 7 }, undefined, []],
    ['with a prefix', { scope: 'paywall/billing billing paywall/' }, 'paywall/', ['billing']],
  ])('%s', (_, claims, scopePrefix, expected) => {
    expect(tokenScopes({ ...ISSUER, scopePrefix }, claims)).toEqual(expected);
  });
});

describe('audience of a token', () => {
  test.each<[unknown, boolean]>([
    ['api', true],
    [['api'], true],
    [['stranger', 'other-api'], true],
    ['stranger', false],
    ['api stranger', false],
    [[], false],
    [['stranger', { api: 'api' }], false],
    [undefined, false],
    [{ 0: 'api' }, false],
  ])('%j: %s', (aud, expected) => expect(isAudience(ISSUER, { aud })).toBe(expected));

  test('of another claim, as access tokens of Cognito have', () => {
    const issuer = { ...ISSUER, audienceClaim: 'client_id' };
    expect(isAudience(issuer, { client_id: 'api' })).toBe(true);
    expect(isAudience(issuer, { aud: 'api' })).toBe(false);
  });
});
