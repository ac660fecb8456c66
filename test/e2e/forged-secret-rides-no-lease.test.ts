import { randomBytes } from 'node:crypto';
import { composeKey, parseKey, SECRET_BYTES } from '../../lib/domain/key';
import { useQuickStart } from '../helpers/quick-start';

const quickStart = useQuickStart();

/** The account and a right checksum are public knowledge; only the secret is not. */
function forge(key: string): string {
  const { prefix, accountId } = parseKey(key)!;
  return composeKey(prefix, accountId, randomBytes(SECRET_BYTES));
}

test('a forged secret is refused while the lease of the real key is live', async () => {
  const real = quickStart.api.key('demoactive');
  // Some calls in quick succession: the environments that answer them now hold leased units.
  const calls = await Promise.all(Array.from({ length: 20 }, () => quickStart.get('hello', real)));
  expect(calls.map(({ status }) => status)).toEqual(Array(20).fill(200));

  const mixed = await Promise.all(
    Array.from({ length: 40 }, (_, i) => quickStart.get('hello', i % 2 === 0 ? real : forge(real))),
  );
  expect(mixed.map(({ status }) => status)).toEqual(
    Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 200 : 401)),
  );
});
