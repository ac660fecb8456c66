import fc from 'fast-check';
import {
  estimateEntropy,
  importedFingerprint,
  importedKeyFault,
  LEAST_ENTROPY_BITS,
} from '../../lib/domain/imported-key';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
/** As API Gateway makes them. */
const gatewayKeys = bytes(40).map((values) => [...values].map((value) => BASE62[value % 62]).join(''));

describe('good enough', () => {
  test('every key that API Gateway made, unless its dice fell in a way that nobody lives to see', () => {
    fc.assert(
      fc.property(gatewayKeys, (key) => {
        // fast-check also shrinks to what chance never makes: a key of few characters is not one of those.
        fc.pre(new Set(key).size >= 20);
        expect(importedKeyFault(key)).toBeUndefined();
      }),
    );
  });

  test.each([
    '3f2b8c1e-9a4d-4e7b-8f6a-1c2d3e4f5a6b',
    '9f86d081884c7d659a2feaa0c55ad015',
    'Zm9vYmFyQmF6UXV4MTIzNDU2Nzg5MGFi',
    'tGzv3JOkF0XG5Qx2TlKWIA3Bf8',
  ])('%s', (key) => expect(importedKeyFault(key)).toBeUndefined());
});

describe('refused', () => {
  test.each([
    ['', 'length'],
    ['short', 'length'],
    ['x'.repeat(129), 'length'],
    ['key with blanks in it 123', 'characters'],
    ['schlüssel-des-kunden-123', 'characters'],
    ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'guessable'],
    ['abcdefghijklmnopqrstuvwxyz0123456789', 'guessable'],
    ['12345678901234567890', 'guessable'],
    ['00000000-0000-0000-0000-000000000001', 'guessable'],
    ['passwordpasswordpassword1', 'guessable'],
    ['my-company-secret-key-2024', 'guessable'],
    ['apikey1234abcdefghij0123456789', 'guessable'],
  ])('%s: %s', (key, fault) => expect(importedKeyFault(key)).toBe(fault));
});

test('any text is judged, quickly and without an error, and never worth more than its length allows', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 5_000 }), (text) => {
      const fault = importedKeyFault(text);
      if (fault === undefined) expect(estimateEntropy(text)).toBeGreaterThanOrEqual(LEAST_ENTROPY_BITS);
      expect(estimateEntropy(text)).toBeLessThanOrEqual(Math.max(1, text.length) * Math.log2(62));
    }),
  );
});

test('the fingerprint depends on key and pepper, and has the form of our own', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), gatewayKeys, (one, other, key) => {
      expect(importedFingerprint(one, key)).toMatch(/^[\w.]{43}$/);
      expect(importedFingerprint(one, key) === importedFingerprint(other, key)).toBe(one === other);
    }),
  );
});
