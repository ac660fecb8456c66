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
