import fc from 'fast-check';
import {
  ACCOUNT_ID_PATTERN,
  composeKey,
  fingerprintOf,
  KEY_PREFIX_PATTERN,
  MAX_KEY_LENGTH,
  MAX_KEY_PREFIX_LENGTH,
  parseKey,
  SECRET_BYTES,
} from '../../lib/domain/key';

const prefixes = fc
  .stringMatching(KEY_PREFIX_PATTERN)
  .filter((prefix) => prefix.length <= MAX_KEY_PREFIX_LENGTH);
const accountIds = fc.stringMatching(ACCOUNT_ID_PATTERN);
const secrets = fc.uint8Array({ minLength: SECRET_BYTES, maxLength: SECRET_BYTES });
const keys = fc.tuple(prefixes, accountIds, secrets).map((parts) => composeKey(...parts));

const KEY_ALPHABET = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_'];

const zeros = new Uint8Array(SECRET_BYTES);
const ones = new Uint8Array(SECRET_BYTES).fill(0xff);

test('reads back what it has composed', () => {
  fc.assert(
    fc.property(prefixes, accountIds, secrets, (prefix, accountId, secret) => {
      expect(parseKey(composeKey(prefix, accountId, secret))).toEqual({ prefix, accountId });
    }),
  );
});

test('never makes a key longer than one that is looked at, nor one that a header cannot carry', () => {
  fc.assert(
    fc.property(keys, (key) => {
      expect(key.length).toBeLessThanOrEqual(MAX_KEY_LENGTH);
      expect(key).toMatch(/^[0-9A-Za-z_]+$/);
    }),
  );
});

test('keeps the longest prefix and account id within the longest key', () => {
  const longest = composeKey('p'.repeat(MAX_KEY_PREFIX_LENGTH), 'a'.repeat(40), ones);
  expect(longest.length).toBeLessThanOrEqual(MAX_KEY_LENGTH);
  expect(parseKey(longest)).toBeDefined();
});

test('gives keys of one prefix and account the same length whatever the secret', () => {
  expect(composeKey('pw', 'acme', zeros)).toHaveLength(composeKey('pw', 'acme', ones).length);
});

test('makes different keys and fingerprints from different secrets', () => {
  fc.assert(
    fc.property(secrets, secrets, (one, other) => {
      fc.pre(Buffer.compare(one, other) !== 0);
      const [first, second] = [composeKey('pw', 'acme', one), composeKey('pw', 'acme', other)];
      expect(first).not.toBe(second);
      expect(fingerprintOf(first)).not.toBe(fingerprintOf(second));
    }),
  );
});

test.each([
  ['one word', 'pw', 'acme'],
  ['several words', 'pw_live', 'acme'],
  ['words of digits', 'pw_2_0', '007'],
  ['a prefix that looks like an account and an account that looks like a prefix', 'acme_pw', 'pw'],
  ['one letter each', 'p', 'a'],
  ['account names that objects know', 'pw', 'constructor'],
])('tells prefix and account apart: %s', (_, prefix, accountId) => {
  expect(parseKey(composeKey(prefix, accountId, zeros))).toEqual({ prefix, accountId });
});

test.each([
  ['empty prefix', '', 'acme', zeros, 'key prefix must match'],
  ['prefix in upper case', 'PW', 'acme', zeros, "got 'PW'"],
  ['prefix that starts with a digit', '1pw', 'acme', zeros, "got '1pw'"],
  ['prefix that ends with an underscore', 'pw_', 'acme', zeros, "got 'pw_'"],
  ['prefix with two underscores', 'pw__live', 'acme', zeros, "got 'pw__live'"],
  ['prefix with a line feed', 'pw\n', 'acme', zeros, 'key prefix must match'],
  ['prefix that is too long', 'p'.repeat(33), 'acme', zeros, 'key prefix must match'],
  ['empty account id', 'pw', '', zeros, 'account id must match'],
  ['account id with an underscore', 'pw', 'ac_me', zeros, "got 'ac_me'"],
  ['account id in upper case', 'pw', 'Acme', zeros, "got 'Acme'"],
  ['account id that is too long', 'pw', 'a'.repeat(41), zeros, 'account id must match'],
  ['secret that is too short', 'pw', 'acme', zeros.slice(1), 'secret must be 20 bytes, got 19'],
  ['secret that is too long', 'pw', 'acme', new Uint8Array(21), 'secret must be 20 bytes, got 21'],
])('refuses to compose: %s', (_, prefix, accountId, secret, message) => {
  expect(() => composeKey(prefix, accountId, secret)).toThrow(RangeError);
  expect(() => composeKey(prefix, accountId, secret)).toThrow(message);
});

test('reads no random text', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(fc.integer({ max: 0xffff, min: 0 })).map((units) => String.fromCharCode(...units)),
    // The right shape with a checksum by chance: one in 2^32.
    fc.stringMatching(/^pw_[a-z0-9]{1,40}_[0-9A-Za-z]{33}$/),
    fc.array(fc.constantFrom(...KEY_ALPHABET), { maxLength: 140 }).map((letters) => letters.join('')),
  );
  fc.assert(
    fc.property(text, (candidate) => parseKey(candidate) === undefined),
    { numRuns: 10_000 },
  );
});

describe('a key that is mistyped', () => {
  // A CRC-32 finds every error that spans at most 32 bits: none of these can pass by chance.
  test('with one character replaced is not read', () => {
    const typo = fc.tuple(keys, fc.nat(), fc.constantFrom(...KEY_ALPHABET)).map(([key, position, letter]) => {
      const i = position % key.length;
      return { key, mistyped: key.slice(0, i) + letter + key.slice(i + 1) };
    });
    fc.assert(
      fc.property(typo, ({ key, mistyped }) => mistyped === key || parseKey(mistyped) === undefined),
      { numRuns: 2_000 },
    );
  });

  test('with two neighbours swapped is not read', () => {
    const swap = fc.tuple(keys, fc.nat()).map(([key, position]) => {
      const i = position % (key.length - 1);
      return { key, mistyped: key.slice(0, i) + key[i + 1] + key[i] + key.slice(i + 2) };
    });
    fc.assert(
      fc.property(swap, ({ key, mistyped }) => mistyped === key || parseKey(mistyped) === undefined),
      { numRuns: 2_000 },
    );
  });

  const key = composeKey('pw_live', 'acme', ones);
  test.each([
    ['nothing', ''],
    ['only its prefix', 'pw_live'],
    ['without its last character', key.slice(0, -1)],
    ['without its first character', key.slice(1)],
    ['with a character more', `${key}0`],
    ['twice', key + key],
    ['with a space before', ` ${key}`],
    ['with a line feed after', `${key}\n`],
    ['with a NUL after', `${key}\0`],
    ['in upper case', key.toUpperCase()],
    ['for another account', key.replace('acme', 'acmf')],
    ['under another prefix', key.replace('live', 'test')],
    ['with a lone surrogate', `${key.slice(0, -1)}\ud800`],
    ['with full-width digits', key.replace(/_acme/, '_\uff11')],
  ])('is not read: %s', (_, mistyped) => {
    expect(parseKey(mistyped)).toBeUndefined();
  });
});

test('reads only what it could have composed: a secret of 160 bits, a prefix of 32 characters', () => {
  const largest = /_(.{27}).{6}$/.exec(composeKey('pw', 'acme', ones))![1]!;
  expect(parseKey(withChecksum(`pw_acme_${largest}`))).toBeDefined();
  expect(parseKey(withChecksum(`pw_acme_${'z'.repeat(27)}`))).toBeUndefined();
  expect(parseKey(withChecksum(`${'p'.repeat(33)}_acme_${largest}`))).toBeUndefined();
});

test('looks at a hostile text of any length at once', () => {
  for (const text of ['a_'.repeat(1_000_000), 'a'.repeat(5_000_000), `${'a_'.repeat(63)}!`]) {
    expect(parseKey(text)).toBeUndefined();
  }
});

test('fingerprints are the SHA-256 of the key', () => {
  // https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values: SHA-256 of 'abc'
  expect(Buffer.from(fingerprintOf('abc').replaceAll('.', '-'), 'base64url').toString('hex')).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});

test('nothing of a fingerprint looks like an option in a command line', () => {
  fc.assert(fc.property(fc.string(), (key) => expect(fingerprintOf(key)).toMatch(/^[0-9A-Za-z_.]{43}$/)));
});

/** The body with its checksum, computed bit by bit: a CRC-32 in six digits of base 62. */
function withChecksum(body: string): string {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(body)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  let rest = (crc ^ 0xffffffff) >>> 0;
  let digits = '';
  for (let i = 0; i < 6; i += 1) {
    digits = KEY_ALPHABET[rest % 62]! + digits;
    rest = Math.floor(rest / 62);
  }
  return body + digits;
}
