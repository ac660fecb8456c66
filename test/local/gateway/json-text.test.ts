import fc from 'fast-check';
import { jsonText } from '../../../local/gateway/http/json-text';

test('writes any text as JSON does', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'binary-ascii' })),
      (text) => expect(jsonText(text)).toBe(JSON.stringify(text)),
    ),
  );
});

test.each(['', '"', '\\', '\u0000', '\u001f', '\u007f', 'ü', '\u2028', '\ud800', '\udc00 x', '😀', '/', '<'])(
  'writes %j as JSON does',
  (text) => expect(jsonText(text)).toBe(JSON.stringify(text)),
);
