import fc from 'fast-check';
import { composeKey, fingerprintOf, parseKey, SECRET_BYTES } from '../../lib/domain/key';
import { blocksOf } from './markdown';

const BLOCKS = blocksOf('docs/keys.md');
const code = (language: string, part: string) =>
  BLOCKS.find((block) => block.language === language && block.code.includes(part))!.code;

const PATTERN = new RegExp(code('text', '{33}'), 'g');
const [, GITLEAKS] = /regex = '''(.*)'''/.exec(code('toml', 'regex'))!;
const isKey = new Function('require', `${code('js', 'isKey')}; return isKey;`)(require) as (
  text: string,
) => boolean;

const accounts = fc.stringMatching(/^[a-z0-9]{1,40}$/);
const secrets = fc.uint8Array({ minLength: SECRET_BYTES, maxLength: SECRET_BYTES });

test('every key is found by the documented patterns, wherever it leaked, and has the documented checksum', () => {
  fc.assert(
    fc.property(accounts, secrets, (account, random) => {
      const key = composeKey('pw', account, random);
      for (const text of [key, `PAYWALL_KEY="${key}"`, `curl -H 'Authorization: Bearer ${key}' https://x`]) {
        expect(text.match(PATTERN)).toEqual([key]);
        expect(new RegExp(GITLEAKS!).exec(text)?.[1]).toBe(key);
      }
      expect(isKey(key)).toBe(true);
    }),
  );
});

test('what only looks like a key has another checksum', () => {
  fc.assert(
    fc.property(accounts, fc.stringMatching(/^[0-9A-Za-z]{33}$/), (account, tail) => {
      const text = `pw_${account}_${tail}`;
      expect(text.match(PATTERN)).toEqual([text]);
      expect(parseKey(text) === undefined || isKey(text)).toBe(true);
    }),
  );
});

test('the documented example is a key, and its id is found as the page says', () => {
  const example = code('text', 'pw_acme');
  expect(parseKey(example)).toEqual({ prefix: 'pw', accountId: 'acme' });
  expect(isKey(example)).toBe(true);
  expect(fingerprintOf(example)).toHaveLength(43);
});
