import { readSettings } from '../../lambda/billing-webhook/settings';
import { errors } from '../errors';
import type { Scenario } from './scenarios';
import { serveStripe } from './stripe/serve-stripe';
import type { StripeModel } from './stripe/stripe-model';
import { StripeRecords } from './stripe/stripe-records';

type Environment = Readonly<Record<string, string>>;

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+)$/;
const HTTP_PORT = 80;
/** Port of Stripe's own stand-in, stripe-mock. */
const EXAMPLE = '--env STRIPE_ENDPOINT_URL=http://127.0.0.1:12111';

/**
 * Serves the Stripe of a scenario while it is played, where the function looks for it; only on this machine, as
 * elsewhere somebody else answers.
 *
 * @param now clock of the engine, milliseconds since the epoch
 * @throws CliError `StripeNotServed`
 */
export async function withStripe<T>(
  { STRIPE_ENDPOINT_URL }: Environment,
  model: StripeModel,
  now: () => number,
  work: () => Promise<T>,
): Promise<T> {
  const url = loopbackUrl(STRIPE_ENDPOINT_URL);
  if (!url) return await work();
  const records = new StripeRecords();
  records.models = [model];
  const stripe = await serveStripe({
    host: url.hostname,
    port: Number(url.port) || HTTP_PORT,
    now,
    answer: ({ method, path, query }) => {
      const body = method === 'GET' ? records.answer(path, query) : undefined;
      return body && { body };
    },
  }).catch((error: unknown) => {
    throw errors.stripeNotServed(url.origin, error);
  });
  try {
    return await work();
  } finally {
    await stripe.close();
  }
}

/** What has to be given so that refunds or disputes end access here. */
export function missingForReversals(
  environment: Environment,
  kind: NonNullable<Scenario['reverses']>,
): readonly string[] {
  const { stripe, terms } = readSettings(environment);
  const policy = terms[kind] === 'lapse' ? [] : [`stripe.${kind}: ReversalPolicy.LAPSE of BillingWebhook`];
  return [
    // The policy follows the key, where it is not given.
    ...(stripe?.apiKey === undefined ? ['stripe.apiKey of BillingWebhook'] : policy),
    ...(environment.STRIPE_ENDPOINT_URL ? [] : [`${EXAMPLE} of paywall local`]),
  ];
}

function loopbackUrl(text: string | undefined): URL | undefined {
  const url = text && URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'http:' && LOOPBACK.test(url.hostname) ? url : undefined;
}
