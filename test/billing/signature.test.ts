import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { verifyStandardWebhook } from '../../lambda/billing/standard/signature';
import { verifyStripeEvent } from '../../lambda/billing/stripe/signature';
import { MAX_WEBHOOK_BYTES, WebhookRefused, type WebhookRequest } from '../../lambda/billing/webhook-request';
import { START } from './support/clock';

const STRIPE_SECRET = 'whsec_3f1c5ad0b7e94b6c8d2f';
/** 24 bytes: base64 without padding, so that every character counts. */
const STANDARD_SECRET = `whsec_${Buffer.from('twenty-four bytes of key').toString('base64')}`;
const TOLERANCE = 300_000;
/** Multi-byte text, line ends and white space that a JSON parser would not give back. */
const BODY = '{ "object":"event", "id":"evt_1",\r\n "note":"Zürich – 東京 🎫",  "n":1.0 }';

interface Parts {
  readonly body: Buffer;
  readonly secret: string;
  /** Seconds. */
  readonly timestamp: string;
  readonly signature?: string;
}

interface Scheme {
  readonly name: string;
  readonly secret: string;
  sign(parts: Parts): string;
  request(parts: Parts & { readonly signature: string }): WebhookRequest;
  verify(request: WebhookRequest, secrets: readonly string[], receivedAt: number): unknown;
}

const stripe: Scheme = {
  name: 'Stripe',
  secret: STRIPE_SECRET,
  sign: ({ body, secret, timestamp }) =>
    Stripe.webhooks
      .generateTestHeaderString({ payload: body.toString(), secret, timestamp: Number(timestamp) })
      .split('v1=')[1]!,
  request: ({ body, timestamp, signature }) => ({
    body: body.toString('base64'),
    isBase64Encoded: true,
    headers: { 'Stripe-Signature': `t=${timestamp},v1=${signature},v0=${'0'.repeat(64)}` },
  }),
  verify: (request, secrets, receivedAt) => verifyStripeEvent(request, { secrets }, receivedAt),
};

const standard: Scheme = {
  name: 'Standard Webhooks',
  secret: STANDARD_SECRET,
  sign: ({ body, secret, timestamp }) =>
    new Webhook(secret).sign('msg_1', new Date(Number(timestamp) * 1000), body.toString()),
  request: ({ body, timestamp, signature }) => ({
    body: body.toString('base64'),
    isBase64Encoded: true,
    headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': timestamp, 'Webhook-Signature': signature },
  }),
  verify: (request, secrets, receivedAt) => verifyStandardWebhook(request, { secrets }, receivedAt).payload,
};

const AT = String(START / 1000);

describe.each([stripe, standard])('signature of $name', ({ secret, sign, request, verify }) => {
  const parts = (overrides: Partial<Parts> = {}) => {
    const given = { body: Buffer.from(BODY), secret, timestamp: AT, ...overrides };
    return { ...given, signature: given.signature ?? sign(given) };
  };
  const attempt = (given: Partial<Parts>, secrets = [secret], receivedAt = START) =>
    verify(request(parts(given)), secrets, receivedAt);
  const refusal = (run: () => unknown): WebhookRefused => {
    try {
      run();
    } catch (error) {
      if (error instanceof WebhookRefused) return error;
      throw error;
    }
    throw new Error('was not refused');
  };

  test('a body is read as it was signed, base64 or not, with characters of several bytes', () => {
    expect(attempt({})).toMatchObject({ id: 'evt_1', note: 'Zürich – 東京 🎫' });
    const plain = { ...request(parts()), body: BODY, isBase64Encoded: false };
    expect(verify(plain, [secret], START)).toMatchObject({ id: 'evt_1' });
  });

  test('any of several secrets will do, in any place', () => {
    const other = `whsec_${Buffer.from('another key of 24 bytes!').toString('base64')}`;
    expect(attempt({}, [other, secret])).toBeDefined();
    expect(attempt({}, [secret, other])).toBeDefined();
    expect(refusal(() => attempt({}, [other])).code).toBe('signature_mismatch');
    expect(refusal(() => attempt({}, []))).toMatchObject({ hint: 'no signing secret is configured' });
  });

  test.each([
    ['at the limit of age', TOLERANCE, undefined],
    ['a second older', TOLERANCE + 1_000, 'timestamp_out_of_tolerance'],
    ['at the limit of the future', -TOLERANCE, undefined],
    ['a second further in the future', -TOLERANCE - 1_000, 'timestamp_out_of_tolerance'],
  ])('%s', (_name, age, code) => {
    const run = () => attempt({}, [secret], START + age);
    if (code === undefined) expect(run()).toBeDefined();
    else expect(refusal(run).code).toBe(code);
  });

  test.each<[string, () => WebhookRequest, string]>([
    ['no body', () => ({ ...request(parts()), body: null }), 'body_missing'],
    ['an empty body', () => ({ ...request(parts()), body: '' }), 'body_missing'],
    ['no headers', () => ({ ...request(parts()), headers: {} }), 'signature_missing'],
    [
      'a body that is not UTF-8',
      () => request(parts({ body: Buffer.from([0x7b, 0xff, 0x7d]) })),
      'body_not_text',
    ],
    ['a signed body that is not JSON', () => request(parts({ body: Buffer.from('{') })), 'body_not_an_event'],
    ['a signed body that is a list', () => request(parts({ body: Buffer.from('[1]') })), 'body_not_an_event'],
    [
      'a parsed and rewritten body',
      () => ({ ...request(parts()), body: JSON.stringify(JSON.parse(BODY)), isBase64Encoded: false }),
      'signature_mismatch',
    ],
    [
      'a timestamp with a leading zero',
      () => request({ ...parts(), timestamp: `0${AT}` }),
      'signature_malformed',
    ],
  ])('%s is refused with 400', (_name, build, code) => {
    const refused = refusal(() => verify(build(), [secret], START));
    expect(refused).toMatchObject({ code, statusCode: 400 });
  });

  test('a body that is too large is refused with 413, before it is verified', () => {
    const body = 'x'.repeat(MAX_WEBHOOK_BYTES + 1);
    const refused = refusal(() => verify({ body, isBase64Encoded: false, headers: {} }, [secret], START));
    expect(refused).toMatchObject({ code: 'body_too_large', statusCode: 413 });
  });

  test('a refusal names the likely mistake and leaks nothing', () => {
    const wrong = `${secret}\n`;
    const signature = sign(parts({ body: Buffer.from('{}') }));
    const refused = refusal(() => attempt({ signature }, [wrong]));
    expect(refused.hint).toContain('new line');
    expect(refused.message).toContain('no signature matches');
    expect(`${refused.message} ${refused.hint}`).not.toContain(secret.slice(6));
    expect(`${refused.message} ${refused.hint}`).not.toContain(sign(parts()));
    expect(refusal(() => attempt({ signature }, ['sk_test_123'])).hint).toContain('API key');
  });

  test('5,000 mutations of a signed byte: none is accepted, none is a fault', () => {
    const genuine = parts();
    const targets = fc.constantFrom('body', 'signature', 'secret', 'timestamp');
    fc.assert(
      fc.property(
        targets,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.nat(3),
        (target, seed, flip, kind) => {
          const mutated = mutate(genuine, target, seed, flip, kind);
          fc.pre(mutated !== undefined);
          const { secret: used, ...sent } = mutated!;
          expect(refusal(() => verify(request(sent as never), [used], START)).statusCode).toBe(400);
        },
      ),
      { numRuns: 5_000, maxSkipsPerRun: 5 },
    );
  });
});

/** Changes, inserts, drops or swaps at one place of one part; `undefined` when nothing has changed. */
function mutate(
  genuine: Parts & { readonly signature: string },
  target: 'body' | 'signature' | 'secret' | 'timestamp',
  seed: number,
  flip: number,
  kind: number,
): (Parts & { readonly signature: string }) | undefined {
  if (target === 'body') {
    const body = bytes(genuine.body, seed, flip, kind);
    return body.equals(genuine.body) ? undefined : { ...genuine, body };
  }
  if (target === 'timestamp') {
    const timestamp = String(Number(genuine.timestamp) + (flip - 128 || 1));
    return { ...genuine, timestamp };
  }
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const text = genuine[target];
  const prefix = target === 'secret' ? 'whsec_'.length : 0;
  const place = prefix + (seed % (text.length - prefix));
  const changed = text.slice(0, place) + alphabet[flip % alphabet.length]! + text.slice(place + 1);
  return changed === text ? undefined : { ...genuine, [target]: changed };
}

function bytes(body: Buffer, seed: number, flip: number, kind: number): Buffer {
  const place = seed % body.length;
  const [head, tail] = [body.subarray(0, place), body.subarray(place)];
  if (kind === 0) return Buffer.concat([head, Buffer.from([flip]), tail]);
  if (kind === 1) return Buffer.concat([head, tail.subarray(1)]);
  const changed = Buffer.from(body);
  if (kind === 2) changed[place] = changed[place]! ^ flip;
  else [changed[place], changed[0]] = [changed[0]!, changed[place]!];
  return changed;
}

test.each(['v1==ab', 'v1=', 'v1', 'v1,v0=ab', 'v1=,v0=ab', ',v1=ab', 'v1=ab,', 'v1=ab v0=ab'])(
  'a header of Stripe in another form is refused, not a fault of ours: %s',
  (signature) => {
    const request = {
      body: '{}',
      isBase64Encoded: false,
      headers: { 'Stripe-Signature': `t=${AT},${signature}` },
    };
    expect(() => stripe.verify(request, [STRIPE_SECRET], START)).toThrow(
      expect.objectContaining({ code: 'signature_malformed', statusCode: 400 }),
    );
  },
);
