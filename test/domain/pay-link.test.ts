import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { linkMetadata } from '../../lambda/billing';
import { ACCOUNT_ID_PATTERN } from '../../lib/domain/key';
import {
  payLinkExpiry,
  payLinkLifetime,
  payLinkMadeAfter,
  readPayLink,
  signPayLink,
  type PayAction,
  type PayLink,
} from '../../lib/domain/pay-link';
import { readSignedText, signText } from '../../lib/domain/signed-text';

const SECRET = 'a-secret-of-at-least-thirty-two-characters';
const OTHER = 'another-secret-of-at-least-32-characters!';
const ACTIONS: readonly PayAction[] = [
  'subscribe',
  'update_payment_method',
  'complete_payment',
  'upgrade_plan',
  'resume',
];
const MAX_INSTANT = 253_402_300_799_000;

const links: fc.Arbitrary<PayLink> = fc.record(
  {
    account: fc.stringMatching(ACCOUNT_ID_PATTERN),
    action: fc.constantFrom(...ACTIONS),
    plan: fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/),
    expiresAt: fc.integer({ min: 1, max: MAX_INSTANT }),
  },
  { requiredKeys: ['account', 'action', 'expiresAt'] },
);
const LINK: PayLink = { account: 'acme', action: 'subscribe', plan: 'pro', expiresAt: 1_900_000_000_000 };
const TOKEN = signPayLink(LINK, SECRET);
const CHARACTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'];

test('reads back what was signed, until it expires', () => {
  fc.assert(
    fc.property(links, (link) => {
      const token = signPayLink(link, SECRET);
      expect(readPayLink(token, [SECRET], link.expiresAt - 1)).toEqual({ kind: 'valid', link });
      expect(readPayLink(token, [SECRET], link.expiresAt)).toEqual({ kind: 'expired' });
    }),
  );
});

test('stands in a query as it is', () => {
  fc.assert(
    fc.property(links, (link) => {
      const token = signPayLink(link, SECRET);
      expect(encodeURIComponent(token)).toBe(token);
      expect(token.length).toBeLessThan(200);
    }),
  );
});

test('no change of any one character is accepted', () => {
  const accepted = [...TOKEN].flatMap((_, place) =>
    CHARACTERS.map((character) => TOKEN.slice(0, place) + character + TOKEN.slice(place + 1)).filter(
      (changed) => changed !== TOKEN && readPayLink(changed, [SECRET], 0).kind === 'valid',
    ),
  );
  expect(accepted).toEqual([]);
});

test('no other text is accepted', () => {
  const parts = TOKEN.split('.');
  const texts = fc.oneof(
    fc.string(),
    fc.base64String().map((text) => `1.${text}.${parts[2]}`),
    fc.base64String().map((text) => `1.${parts[1]}.${text}`),
    fc.nat(TOKEN.length).map((length) => TOKEN.slice(0, length)),
    fc.string().map((text) => TOKEN + text),
  );
  fc.assert(
    fc.property(texts, (text) => {
      fc.pre(text !== TOKEN);
      expect(['malformed', 'forged']).toContain(readPayLink(text, [SECRET], 0).kind);
    }),
  );
});

test.each([
  ['nothing', 'malformed', ''],
  ['one that was cut off', 'malformed', TOKEN.slice(0, -1)],
  ['one of another version', 'malformed', TOKEN.replace(/^1/, '2')],
  ['one of another secret', 'forged', signPayLink(LINK, OTHER)],
  ['one for another purpose', 'forged', signText('claim', 'acme', SECRET)],
  ['a signed text that is no link', 'malformed', signText('pay', 'acme', SECRET)],
  ['an action that there is not', 'malformed', signText('pay', 'z acme zz', SECRET)],
])('%s is refused as %s', (_name, kind, token) => {
  expect(readPayLink(token, [SECRET], 0)).toEqual({ kind });
});

test('a secret that is being rotated out is believed', () => {
  expect(readPayLink(TOKEN, [OTHER, SECRET], 0)).toEqual({ kind: 'valid', link: LINK });
  expect(readPayLink(TOKEN, [OTHER], 0)).toEqual({ kind: 'forged' });
  expect(readPayLink(TOKEN, [], 0)).toEqual({ kind: 'forged' });
});

test('no text signed for a purpose is good for another, nor for the metadata of a session', () => {
  expect(readSignedText('claim', TOKEN, [SECRET])).toEqual({ kind: 'forged' });
  const { paywall_claim: claim } = linkMetadata('acme', SECRET);
  const mac = Buffer.from(claim!, 'hex').toString('base64url');
  const [version, payload] = TOKEN.split('.');
  expect(readPayLink(`${version}.${payload}.${mac}`, [SECRET], 0)).toEqual({ kind: 'forged' });
});

test('nobody signs without a secret', () => {
  expect(() => signPayLink(LINK, '')).toThrow(RangeError);
  const empty = createHmac('sha256', '')
    .update(`signed.pay.1.${TOKEN.split('.')[1]}`)
    .digest('base64url');
  expect(() => readPayLink(`1.${TOKEN.split('.')[1]}.${empty}`, [''], 0)).toThrow(RangeError);
});

test.each([
  ['account', { account: 'Acme' }],
  ['plan', { plan: 'Pro plan' }],
  ['expiresAt', { expiresAt: 1.5 }],
  ['expiresAt below 0', { expiresAt: -1 }],
])('refuses to sign a malformed %s', (_name, change) => {
  expect(() => signPayLink({ ...LINK, ...change }, SECRET)).toThrow(RangeError);
});

test('links that are made within five minutes are equal', () => {
  expect(payLinkExpiry(300_001, 3_600_000)).toBe(payLinkExpiry(599_999, 3_600_000));
});

test('whoever is given a link, by a cache at the latest, has an hour to follow it, and not much longer', () => {
  const ttl = fc.integer({ min: 0, max: 3_600 }).map((seconds) => seconds * 1_000);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: MAX_INSTANT }),
      ttl,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (made, cached, part) => {
        const lifetime = payLinkLifetime(cached);
        const expiresAt = payLinkExpiry(made, lifetime);
        const givenOut = made + part * cached;
        expect(expiresAt - givenOut).toBeGreaterThanOrEqual(3_600_000);
        expect(expiresAt - made).toBeLessThan(cached + 3_900_000);
        const earliest = payLinkMadeAfter(expiresAt, lifetime);
        expect(earliest).toBeLessThan(made);
        expect(earliest).toBeGreaterThanOrEqual(made - 300_000);
      },
    ),
  );
});
