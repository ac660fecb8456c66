import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { DAY, START } from '../billing/support/clock';
import { StripeModel } from '../billing/support/stripe-model';
import { Endpoint, SETTINGS, SIGNING_SECRET, STANDARD_SECRET } from './support/endpoint';

const RUNS = 5_000;
const TIMESTAMP = START / 1000;

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await Endpoint.open();
  await endpoint.createAccount('acme');
});
afterAll(() => endpoint.stop());

/** What a request is made of that is signed, or signs. */
interface Signed {
  readonly body: Buffer;
  readonly secret: Buffer;
  readonly timestamp: string;
  readonly signature: string;
  /** Of Standard Webhooks: signed, too. */
  readonly id: string;
}

interface Provider {
  readonly name: string;
  readonly resource: string;
  readonly body: string;
  readonly secret: Buffer;
  sign(secret: Buffer, timestamp: string, body: Buffer, id: string): string;
  headers(signed: Signed): Record<string, string>;
}

const PROVIDERS: readonly Provider[] = [
  {
    name: 'Stripe',
    resource: '/billing/stripe',
    body: JSON.stringify({
      ...new StripeModel('cus_1').checkout('acme').subscribe({ price: 'price_pro' }).events[0]!,
      note: 'Zoë 支払い 💶',
    }),
    secret: Buffer.from(SIGNING_SECRET),
    sign: (secret, timestamp, body) =>
      Stripe.webhooks
        .generateTestHeaderString({
          payload: body.toString(),
          secret: secret.toString(),
          timestamp: Number(timestamp),
        })
        .split('v1=')[1]!,
    headers: ({ timestamp, signature }) => ({ 'Stripe-Signature': `t=${timestamp},v1=${signature}` }),
  },
  {
    name: 'Standard Webhooks',
    resource: '/billing/events',
    body: JSON.stringify({
      type: 'account.subscribed',
      timestamp: new Date(START).toISOString(),
      data: { account: 'acme', plan: 'pro', paidThrough: new Date(START + 30 * DAY).toISOString() },
    }),
    secret: Buffer.from(STANDARD_SECRET.slice('whsec_'.length), 'base64'),
    sign: (secret, timestamp, body, id) =>
      new Webhook(`whsec_${secret.toString('base64')}`)
        .sign(id, new Date(Number(timestamp) * 1000), body.toString())
        .slice('v1,'.length),
    headers: ({ timestamp, signature, id }) => ({
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    }),
  },
];

const anyByte = fc.nat(255);
const place = fc.nat();

/** A change of at least one byte: another one, one more, one less, one bit, a piece taken out, two swapped. */
const edits: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc.oneof(
  fc.tuple(place, fc.integer({ min: 1, max: 255 })).map(([at, by]) => (bytes: Buffer) => {
    const changed = Buffer.from(bytes);
    const index = at % bytes.length;
    changed[index] = changed[index]! ^ by;
    return changed;
  }),
  fc.tuple(place, anyByte).map(([at, byte]) => (bytes: Buffer) => {
    const index = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, index), Buffer.from([byte]), bytes.subarray(index)]);
  }),
  fc.tuple(place, fc.integer({ min: 1, max: 8 })).map(([at, length]) => (bytes: Buffer) => {
    const index = at % bytes.length;
    return Buffer.concat([bytes.subarray(0, index), bytes.subarray(index + length)]);
  }),
  fc.tuple(place, place).map(([a, b]) => (bytes: Buffer) => {
    const changed = Buffer.from(bytes);
    const [i, j] = [a % bytes.length, b % bytes.length];
    [changed[i], changed[j]] = [bytes[j]!, bytes[i]!];
    return changed;
  }),
);

const parts = fc.constantFrom('body', 'secret', 'timestamp', 'signature', 'id');

function withoutZeros(key: Buffer): Buffer {
  return key.subarray(0, key.findLastIndex((byte) => byte !== 0) + 1);
}

/** `undefined` when the edit changed nothing. */
function mutate(provider: Provider, part: keyof Signed, edit: (bytes: Buffer) => Buffer): Signed | undefined {
  const { secret } = provider;
  const [body, timestamp, id] = [Buffer.from(provider.body), `${TIMESTAMP}`, 'msg_1'];
  const signature = provider.sign(secret, timestamp, body, id);
  const sound: Signed = { body, secret, timestamp, signature, id };
  const before = sound[part];
  const after = edit(Buffer.from(before));
  if (after.equals(Buffer.from(before))) return undefined;
  // To HMAC a key is the same with zeros behind it (RFC 2104).
  if (part === 'secret' && withoutZeros(after).equals(withoutZeros(secret))) return undefined;
  // Both headers are lists: one that still holds the sound signature is no forgery.
  if (part === 'signature' && after.toString('latin1').split(/[ ,]/).includes(signature)) return undefined;
  // The endpoint knows the right secret; who signs has a wrong one.
  if (part === 'secret') return { ...sound, signature: provider.sign(after, timestamp, body, id) };
  return { ...sound, [part]: part === 'body' ? after : after.toString('latin1') };
}

async function contents(): Promise<unknown> {
  const { Items } = await endpoint.client.send<{ Items: unknown[] }>('Scan', {
    TableName: SETTINGS.tableName,
  });
  return Items;
}

describe.each(PROVIDERS)('$name', (provider) => {
  test(`${RUNS} requests that differ in a signed byte: each is refused, and nothing is changed`, async () => {
    const before = await contents();
    const seen = new Map<number, number>();
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(parts, edits, fc.boolean(), async (part, edit, base64) => {
        // Stripe signs no id.
        if (part === 'id' && provider.name === 'Stripe') part = 'body';
        const mutated = mutate(provider, part, edit);
        if (mutated === undefined) return;
        sent += 1;
        const { body } = mutated;
        // Bytes that are not text come in base64 only.
        const encoded = base64 || !body.equals(Buffer.from(body.toString()));
        const { status } = await endpoint.send(
          provider.resource,
          encoded ? body.toString('base64') : body.toString(),
          provider.headers(mutated),
          encoded,
        );
        seen.set(status, (seen.get(status) ?? 0) + 1);
        expect(status).toBe(400);
      }),
      { numRuns: RUNS * 1.1 },
    );
    expect(sent).toBeGreaterThanOrEqual(RUNS);
    expect([...seen.keys()]).toEqual([400]);
    expect(await contents()).toEqual(before);
    expect([endpoint.services.queued, endpoint.services.published]).toEqual([[], []]);
  });

  test('the request that they differ from is believed', async () => {
    const { secret, body } = provider;
    const signature = provider.sign(secret, `${TIMESTAMP}`, Buffer.from(body), 'msg_1');
    const signed = { body: Buffer.from(body), secret, timestamp: `${TIMESTAMP}`, signature, id: 'msg_1' };
    const { status } = await endpoint.send(provider.resource, body, provider.headers(signed), false);
    expect(status).toBe(200);
  });
});
