import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ImportedIdentity } from '../../lambda/authorizer/imported/imported-identity';
import { createIdentity } from '../../lambda/authorizer/identity';
import { StoreFault } from '../../lambda/store';
import { importedFingerprint } from '../../lib/domain/imported-key';
import { MemoryImportedKeys } from './support/imported-keys';

const KEY = 'hK3vQ9xTz2LmW8rYpN5sJ7cB4dF6gA1eU0iOqXwV';
const PEPPER = 'a pepper of the tests';
const fingerprint = importedFingerprint(PEPPER, KEY);

function start() {
  const keys = new MemoryImportedKeys({ [fingerprint]: 'acme' });
  let pepper = async () => PEPPER;
  const identity = new ImportedIdentity({ keys, pepper: () => pepper() });
  const failPepper = () => (pepper = () => Promise.reject(new Error('throttled')));
  return { keys, identity, failPepper };
}

test('whom a key belongs to is asked once', async () => {
  const { keys, identity } = start();
  const identified = { kind: 'identified', credential: { accountId: 'acme', fingerprint } };
  expect(await identity.identify(KEY)).toEqual(identified);
  expect(await identity.identify(KEY)).toMatchObject(identified);
  expect(keys.asked).toBe(1);
});

test('what is remembered can be asked again, and is forgotten then', async () => {
  const { keys, identity } = start();
  await identity.identify(KEY);
  keys.accounts[fingerprint] = 'other';
  const remembered = await identity.identify(KEY);
  expect(remembered).toMatchObject({ credential: { accountId: 'acme' } });
  const asked = remembered.kind === 'identified' && (await remembered.askAgain!());
  expect(asked).toMatchObject({ credential: { accountId: 'other' } });
  expect(await identity.identify(KEY)).toMatchObject({ credential: { accountId: 'other' } });
});

test('that it belongs to nobody is asked each time: it may be imported in the next moment', async () => {
  const { keys, identity } = start();
  const stranger = KEY.replace('h', 'H');
  expect(await identity.identify(stranger)).toEqual({ kind: 'unauthorized', cause: 'unknown_key' });
  keys.accounts[importedFingerprint(PEPPER, stranger)] = 'other';
  expect(await identity.identify(stranger)).toMatchObject({ credential: { accountId: 'other' } });
  expect(keys.asked).toBe(2);
});

test.each(['', 'short', 'passwordpasswordpassword1', 'x'.repeat(5_000)])(
  'what could not have been imported asks nobody: %j',
  async (text) => {
    const { keys, identity } = start();
    expect(await identity.identify(text)).toEqual({ kind: 'unauthorized', cause: 'malformed_credential' });
    expect(keys.asked).toBe(0);
  },
);

test('our own faults are no refusals', async () => {
  const { keys, identity, failPepper } = start();
  keys.fault = new StoreFault('not-applied', 'dynamodb is away');
  expect(await identity.identify(KEY)).toEqual({ kind: 'unavailable', cause: 'dynamodb is away' });
  failPepper();
  expect(await identity.identify(KEY)).toMatchObject({ kind: 'unavailable' });
});

test('a key of ours that was copied wrong is not looked for among the imported ones', async () => {
  const importedKeys = new MemoryImportedKeys();
  const rules = { acceptsKeys: true, tokenIssuers: [], importedKeys: { pepperSecret: 'pepper' } };
  const identify = createIdentity(rules, 'pw', 'api-key', { clock: () => 0, importedKeys, env: {} });
  const headers = { 'x-api-key': `pw_acme_${KEY}` };
  expect(await identify({ headers, multiValueHeaders: null })).toEqual({
    kind: 'unauthorized',
    cause: 'malformed_credential',
  });
  expect(importedKeys.asked).toBe(0);
});

describe('beside an issuer of tokens', () => {
  const DOTTED = 'hK3vQ9xTz2.LmW8rYpN5sJ7cB4dF.6gA1eU0iOqXwV';
  const ISSUER = {
    issuer: 'https://issuer.example',
    audiences: ['api'],
    audienceClaim: 'aud',
    accountClaim: 'sub',
    accountMapping: 'exact',
    clockSkewSeconds: 30,
  } as const;
  let secrets: Server;
  beforeAll(async () => {
    secrets = createServer((_request, response) => response.end(JSON.stringify({ SecretString: PEPPER })));
    await once(secrets.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(async () => {
    secrets.closeAllConnections();
    await once(secrets.close(), 'close');
  });

  const ask = async (text: string, imports = true) => {
    const importedKeys = new MemoryImportedKeys({ [importedFingerprint(PEPPER, DOTTED)]: 'acme' });
    const env = {
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(secrets.address() as AddressInfo).port}`,
    };
    const rules = {
      acceptsKeys: true,
      tokenIssuers: [ISSUER],
      ...(imports && { importedKeys: { pepperSecret: 'pepper' } }),
    };
    const identify = createIdentity(rules, 'pw', 'bearer', { clock: () => 0, importedKeys, env });
    const headers = { Authorization: `Bearer ${text}` };
    return { answer: await identify({ headers, multiValueHeaders: null }), asked: importedKeys.asked };
  };
  const part = (text: string) => Buffer.from(text).toString('base64url');

  test('an imported key with two full stops is no token, and asked for once', async () => {
    const { answer, asked } = await ask(DOTTED);
    expect(answer).toMatchObject({ kind: 'identified', credential: { accountId: 'acme' } });
    expect(asked).toBe(1);
  });

  test.each([
    [
      'signed for us by nobody',
      `${part('{"alg":"RS256","kid":"k"}')}.${part('{"iss":"x"}')}.c2ln`,
      'token_issuer_unknown',
    ],
    ['unsigned', `${part('{"alg":"none"}')}.${part('{}')}.`, 'token_algorithm_refused'],
    ['whose claims are damaged', `${part('{"alg":"RS256"}')}.${part('{')}.c2ln`, 'token_malformed'],
  ])('a token %s is looked for among no keys', async (_case, token, cause) => {
    expect(await ask(token)).toEqual({ answer: { kind: 'unauthorized', cause }, asked: 0 });
  });

  test.each([
    ['of JSON that is no header', part('[1]')],
    ['of null', part('null')],
    ['whose algorithm is no name', part('{"alg":1}')],
    ['of no JSON', part('alg')],
    ['of nothing', ''],
  ])('a first part %s makes no token of a key', async (_case, first) => {
    const { answer, asked } = await ask(`${first}.LmW8rYpN5sJ7cB4dF.6gA1eU0iOqXwVhK3vQ9xTz2`);
    expect(answer).toEqual({ kind: 'unauthorized', cause: 'unknown_key' });
    expect(asked).toBe(1);
  });

  test('where no keys are imported, whatever has two full stops is judged as a token', async () => {
    expect(await ask(DOTTED, false)).toMatchObject({ answer: { cause: 'token_malformed' }, asked: 0 });
  });
});
