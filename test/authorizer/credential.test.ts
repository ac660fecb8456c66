import fc from 'fast-check';
import { composeKey, fingerprintOf } from '../../lib/domain/key';
import type { CredentialSource } from '../../lambda/authorizer/credential';
import { createIdentity } from '../../lambda/authorizer/identity';
import { MemoryImportedKeys } from './support/imported-keys';

const KEY = composeKey('pw', 'acme', new Uint8Array(20).fill(7));
const OTHER = composeKey('pw', 'acme', new Uint8Array(20).fill(8));
const FOREIGN = composeKey('sk', 'acme', new Uint8Array(20).fill(7));
const EXPECTED = {
  kind: 'identified',
  credential: { accountId: 'acme', fingerprint: fingerprintOf(KEY) },
};
const KEYS = { acceptsKeys: true, tokenIssuers: [] };
const PORTS = { clock: () => 0, importedKeys: new MemoryImportedKeys(), env: {} };
const MALFORMED = { kind: 'unauthorized', cause: 'malformed_credential' };

const read = (
  source: CredentialSource,
  headers: Record<string, string> | null,
  multi: Record<string, string[]> | null = null,
) => createIdentity(KEYS, 'pw', source, PORTS)({ headers, multiValueHeaders: multi });

describe('accepted', () => {
  test.each<[string, CredentialSource, Record<string, string>]>([
    ['a bearer token', 'bearer', { Authorization: `Bearer ${KEY}` }],
    ['a lower-case header of HTTP/2', 'bearer', { authorization: `Bearer ${KEY}` }],
    ['a scheme in another case', 'bearer', { Authorization: `bearer ${KEY}` }],
    ['more than one space', 'bearer', { Authorization: `Bearer   ${KEY} ` }],
    ['an API key header', 'api-key', { 'X-Api-Key': KEY }],
    ['either: bearer', 'either', { Authorization: `Bearer ${KEY}` }],
    ['either: API key header', 'either', { 'x-api-key': KEY }],
    ['either: the same key in both', 'either', { Authorization: `Bearer ${KEY}`, 'x-api-key': KEY }],
    ['the same key twice', 'bearer', { AUTHORIZATION: `Bearer ${KEY}`, authorization: `Bearer ${KEY}` }],
  ])('%s', (_, source, headers) => expect(read(source, headers)).toEqual(EXPECTED));

  test('a header of the multi-value map', () => {
    expect(read('bearer', null, { Authorization: [`Bearer ${KEY}`] })).toEqual(EXPECTED);
  });
});

describe('not believed', () => {
  test.each<[string, CredentialSource, Record<string, string> | null]>([
    ['no headers', 'bearer', null],
    ['no credential', 'bearer', {}],
    ['an empty credential', 'bearer', { Authorization: '' }],
    ['no scheme', 'bearer', { Authorization: KEY }],
    ['another scheme', 'bearer', { Authorization: `Basic ${KEY}` }],
    ['two tokens', 'bearer', { Authorization: `Bearer ${KEY} ${KEY}` }],
    ['a typing error', 'bearer', { Authorization: `Bearer ${KEY.slice(0, -1)}_` }],
    ['a key of another product', 'bearer', { Authorization: `Bearer ${FOREIGN}` }],
    ['the header of the other source', 'bearer', { 'x-api-key': KEY }],
    ['the header of the other source', 'api-key', { Authorization: `Bearer ${KEY}` }],
    ['either: two different keys', 'either', { Authorization: `Bearer ${KEY}`, 'x-api-key': OTHER }],
    ['two keys, spelt apart', 'bearer', { AUTHORIZATION: `Bearer ${KEY}`, authorization: `Bearer ${OTHER}` }],
    ['a name that only looks alike', 'bearer', { Authorısation: `Bearer ${KEY}`, 'x-authorization': KEY }],
    ['either: a key and something that is none', 'either', { Authorization: 'Basic abc', 'x-api-key': KEY }],
  ])('%s (%s)', (_, source, headers) => expect(read(source, headers)).toEqual(MALFORMED));

  test('two different keys in one header', () => {
    const values = [`Bearer ${KEY}`, `Bearer ${OTHER}`];
    expect(read('bearer', { Authorization: values[1]! }, { Authorization: values })).toEqual(MALFORMED);
  });

  test('a token, where no issuer is trusted', () => {
    expect(read('bearer', { Authorization: 'Bearer e30.e30.e30' })).toEqual(MALFORMED);
  });

  test('a key, where tokens are to identify callers', () => {
    const identify = createIdentity({ ...KEYS, acceptsKeys: false }, 'pw', 'bearer', PORTS);
    expect(identify({ headers: { Authorization: `Bearer ${KEY}` }, multiValueHeaders: null })).toEqual(
      MALFORMED,
    );
  });

  test('no random header is believed, and none crashes', () => {
    const header = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((text) => `Bearer ${text}`),
    );
    fc.assert(
      fc.property(header, (value) => expect(read('either', { authorization: value })).toEqual(MALFORMED)),
      { numRuns: 5000 },
    );
  });

  test('a very long header is refused quickly', () => {
    expect(read('bearer', { Authorization: `Bearer pw_${'a_'.repeat(100_000)}` })).toEqual(MALFORMED);
  });
});
