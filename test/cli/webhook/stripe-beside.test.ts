import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Story } from '../../../cli/webhook/story';
import { StripeModel } from '../../../cli/webhook/stripe/stripe-model';
import { missingForReversals, withStripe } from '../../../cli/webhook/stripe-beside';
import { StripeApi } from '../../../lambda/billing/stripe/api';

const NOW = Date.UTC(2031, 4, 6);
const URL_VARIABLE = '--env STRIPE_ENDPOINT_URL=http://127.0.0.1:12111 of paywall local';

function buildModel(): StripeModel {
  return new StripeModel({ customer: 'cus_acme', linkSecret: 'of nobody', now: NOW }).subscribe({
    price: 'price_pro',
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('what a reversal lacks', () => {
  const environment = (stripe: object, terms: object, url = '') => ({
    BILLING_SETTINGS: JSON.stringify({ stripe, terms }),
    STRIPE_ENDPOINT_URL: url,
  });
  test.each<[string, Record<string, string>, string[]]>([
    ['nothing', environment({ apiKey: 'key' }, { disputes: 'lapse' }, 'http://127.0.0.1:1'), []],
    ['the address', environment({ apiKey: 'key' }, { disputes: 'lapse' }), [URL_VARIABLE]],
    [
      'the policy',
      environment({ apiKey: 'key' }, { disputes: 'ignore', refunds: 'lapse' }, 'http://127.0.0.1:1'),
      ['stripe.disputes: ReversalPolicy.LAPSE of BillingWebhook'],
    ],
    ['both', environment({}, { disputes: 'ignore' }), ['stripe.apiKey of BillingWebhook', URL_VARIABLE]],
  ])('%s', (_, env, missing) => {
    expect(missingForReversals(env, 'disputes')).toEqual(missing);
  });
});

test.each(['127.0.0.1', 'localhost'])('%s: the model is asked while the work lasts', async (host) => {
  const endpoint = `http://${host}:${await freePort()}`;
  const model = buildModel();
  const ask = async () => {
    const api = new StripeApi({ apiKey: 'rk_test_of_nobody', endpoint, retries: 0 });
    const { invoice } = model.subscription.paid[0]!;
    return await api.payerOf({ charge: `ch_${invoice}`, fact: undefined as never });
  };
  const payer = await withStripe({ STRIPE_ENDPOINT_URL: endpoint }, model, () => NOW, ask);
  expect(payer).toEqual({ customer: 'cus_acme', invoice: model.subscription.latestInvoice });
  await expect(ask()).rejects.toThrow();
});

test.each(['https://127.0.0.1:1', 'http://stripe-mock:1', 'http://127.0.0.1.example:1', 'no address', ''])(
  '%j: somebody else answers, the work is done without',
  async (STRIPE_ENDPOINT_URL) => {
    const work = async () => 'done';
    expect(await withStripe({ STRIPE_ENDPOINT_URL }, buildModel(), () => NOW, work)).toBe('done');
  },
);

test('what the work throws is passed on, with the port given back', async () => {
  const environment = { STRIPE_ENDPOINT_URL: `http://127.0.0.1:${await freePort()}` };
  const failing = () =>
    withStripe(
      environment,
      buildModel(),
      () => NOW,
      () => Promise.reject(new Error('no')),
    );
  await expect(failing()).rejects.toThrow('no');
  await expect(failing()).rejects.toThrow('no');
});

test('a story happens as it is told: nothing of what is still to come can be asked for', () => {
  const model = new StripeModel({ customer: 'cus_acme', linkSecret: 'of nobody', now: NOW });
  const moments = new Story()
    .happens('bought', (m) => m.subscribe({ price: 'price_pro' }))
    .later(1000)
    .happens('over', (m) => m.end())
    .tell(model);
  moments.next();
  expect([model.now, model.subscription.status]).toEqual([NOW, 'active']);
  moments.next();
  expect([model.now, model.subscription.status]).toEqual([NOW + 1000, 'canceled']);
});
