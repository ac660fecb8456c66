import fc from 'fast-check';
import { allowedUrl, originOf, templateOrigin } from '../../lib/domain/allowed-url';
import { expand } from '../../lib/domain/problem';

const GOOD = ['https://good.example', 'https://pay.good.example:8443', 'http://localhost:3000'];

test.each([
  ['https://good.example', 'https://good.example/'],
  ['https://good.example/thanks?a=b#c', 'https://good.example/thanks?a=b#c'],
  ['HTTPS://GOOD.EXAMPLE/Thanks', 'https://good.example/Thanks'],
  ['https://good.example:443/', 'https://good.example/'],
  ['https://pay.good.example:8443/x', 'https://pay.good.example:8443/x'],
  ['http://localhost:3000/x', 'http://localhost:3000/x'],
  ['https://good.example/?next=https://evil.example', 'https://good.example/?next=https://evil.example'],
])('allows %s', (text, url) => expect(allowedUrl(text, GOOD)).toBe(url));

test.each([
  ['nothing', ''],
  ['a path', '/thanks'],
  ['a path that is a host', '//evil.example'],
  ['a path that becomes a host', '/\\evil.example'],
  ['another site', 'https://evil.example/'],
  ['another scheme', 'http://good.example/'],
  ['another port', 'https://good.example:8443/'],
  ['a subdomain', 'https://a.good.example/'],
  ['a longer name', 'https://good.example.evil.example/'],
  ['a name that ends alike', 'https://evilgood.example/'],
  ['a name with a final dot', 'https://good.example./'],
  ['userinfo that looks like the site', 'https://good.example@evil.example/'],
  ['userinfo with a password', 'https://good.example:x@evil.example/'],
  ['userinfo of the site itself', 'https://evil.example@good.example/'],
  ['empty userinfo', 'https://@good.example/'],
  ['a backslash before the at sign', 'https://evil.example\\@good.example/'],
  ['a backslash after the host', 'https://good.example\\.evil.example/'],
  ['backslashes for slashes', 'https:\\\\good.example/'],
  ['one slash', 'https:/good.example/'],
  ['no slashes', 'https:good.example'],
  ['three slashes', 'https:///good.example/'],
  ['a tab in the scheme', 'ht\ttps://good.example/'],
  ['a tab in the host', 'https://good.exa\tmple/'],
  ['a new line', 'https://good.example/\nSet-Cookie: a=b'],
  ['a leading space', ' https://good.example/'],
  ['a null byte', 'https://good.example\u0000.evil.example/'],
  ['a full-width dot', 'https://good.example．evil.example/'],
  ['an escaped dot', 'https://good.example%2eevil.example/'],
  ['an escaped slash in the host', 'https://evil.example%2f.good.example/'],
  ['javascript', 'javascript:alert(1)'],
  ['javascript with a host', 'javascript://good.example/%0aalert(1)'],
  ['data', 'data:text/html,<script>alert(1)</script>'],
  ['a blob', 'blob:https://good.example/1'],
  ['a file', 'file:///etc/passwd'],
  ['a quote', 'https://good.example/"onload="x'],
  ['letters beyond ASCII', 'https://good.example/ü'],
  ['too much', `https://good.example/${'x'.repeat(2048)}`],
])('refuses %s', (_name, text) => expect(allowedUrl(text, GOOD)).toBeUndefined());

test('what is allowed has one of the origins, for every reader', () => {
  const parts = fc.constantFrom(
    ...[
      'https:',
      'http:',
      '/',
      '//',
      '\\',
      '@',
      ':',
      '#',
      '?',
      '.',
      '%2f',
      '\t',
      'good.example',
      'evil.example',
    ],
    ...['javascript:', 'localhost', '3000', 'x', ' '],
  );
  const texts = fc.array(parts, { maxLength: 8 }).map((all) => all.join(''));
  fc.assert(
    fc.property(
      fc.oneof(
        texts,
        fc.webUrl(),
        fc.string(),
        texts.map((text) => `https://good.example${text}`),
      ),
      (text) => {
        const url = allowedUrl(text, GOOD);
        if (url === undefined) return;
        expect(GOOD).toContain(new URL(url).origin);
        // Readers that know nothing of backslashes, userinfo or tabs find the same host.
        expect(GOOD.map((origin) => new URL(origin).host)).toContain(/^https?:\/\/([^/?#]*)/.exec(url)![1]);
      },
    ),
    { numRuns: 2000 },
  );
});

test.each([
  ['https://good.example', true],
  ['http://localhost:3000', true],
  ['https://good.example/', false],
  ['https://good.example:443', false],
  ['https://GOOD.example', false],
  ['http://good.example', false],
  ['*', false],
  ['null', false],
])('%s is an origin: %s', (text, is) => expect(originOf(text) === text).toBe(is));

describe('templates of links', () => {
  test.each([
    ['https://good.example/{account}', 'https://good.example'],
    ['https://good.example?a={account}', 'https://good.example'],
    ['https://good.example#{plan}', 'https://good.example'],
    ['https://good.example{account}', undefined],
    ['https://{account}.good.example/', undefined],
    ['https://{account}/', undefined],
    ['https://good.example:{plan}/', undefined],
    ['https://{account}@good.example/', undefined],
    ['https://good.example@{plan}/', undefined],
    ['{account}', undefined],
    ['//good.example/{account}', undefined],
  ])('%s keeps to %s', (template, origin) => expect(templateOrigin(template)).toBe(origin));

  test('no value takes a link away from the origin of its template', () => {
    const pieces = fc.constantFrom(
      '{account}',
      '{plan}',
      '{reason}',
      '/',
      '..',
      '?',
      '&a=',
      '#',
      '@',
      ':',
      '.',
      'x',
      '\\',
    );
    const templates = fc.array(pieces, { maxLength: 8 }).map((all) => `https://good.example${all.join('')}`);
    const values = fc.record({
      account: fc.string({ unit: 'binary' }),
      plan: fc.oneof(fc.constantFrom('.evil.example', '@evil.example', '//evil.example', '\\'), fc.string()),
      reason: fc.string(),
    });
    fc.assert(
      fc.property(templates, values, (template, filling) => {
        const origin = templateOrigin(template);
        if (origin !== undefined) expect(new URL(expand(template, filling)).origin).toBe(origin);
      }),
      { numRuns: 2000 },
    );
  });
});
