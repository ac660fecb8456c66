import fc from 'fast-check';
import { parseLenientJson } from '../../../local/gateway/integration/lenient-json';

test.each<[string, unknown]>([
  ['{"statusCode": 200}', { statusCode: 200 }],
  ['{ statusCode: 200 }', { statusCode: 200 }],
  ["{ 'statusCode': 200, }", { statusCode: 200 }],
  ["{'a': 'it\\'s \"x\"', b: [1, 2,], c: null}", { a: 'it\'s "x"', b: [1, 2], c: null }],
  ['{a: word}', { a: 'word' }],
  ['nothing', 'nothing'],
  ['{a: 1', undefined],
  ['{a: "x}', undefined],
  ['', undefined],
])('%s', (text, expected) => {
  expect(parseLenientJson(text)).toEqual(expected);
});

test('JSON is read as JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(parseLenientJson(text)).toEqual(JSON.parse(text));
    }),
  );
});
