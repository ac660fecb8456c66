import fc from 'fast-check';
import { matchesGlob } from '../../../local/gateway/glob';

const CASES: readonly [string, string, boolean][] = [
  ['*', '', true],
  ['*', 'anything', true],
  ['', '', true],
  ['', 'a', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['a*c', 'ac', true],
  ['a*c', 'abcbc', true],
  ['a*c', 'abcb', false],
  ['*a*b', 'xaab', true],
  ['arn:*:execute-api:*:*:*/prod/GET/*', 'arn:aws:execute-api:eu-west-1:1:api/prod/GET/a/b', true],
  ['arn:*:execute-api:*:*:*/prod/GET/*', 'arn:aws:execute-api:eu-west-1:1:api/prod/POST/a', false],
  ['A', 'a', false],
];

test.each(CASES)('%j against %j: %j', (pattern, text, expected) => {
  expect(matchesGlob(pattern, text)).toBe(expected);
});

test('agrees with the regular expression of the same meaning', () => {
  const alphabet = fc.constantFrom('a', 'b', '*', '?');
  const pattern = fc.array(alphabet, { maxLength: 8 }).map((a) => a.join(''));
  const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 10 }).map((a) => a.join(''));
  fc.assert(
    fc.property(pattern, text, (p, t) => {
      const regex = new RegExp(`^${p.replaceAll('*', '.*').replaceAll('?', '.')}$`);
      expect(matchesGlob(p, t)).toBe(regex.test(t));
    }),
  );
});
