import Stripe from 'stripe';

export interface StripeClientOptions {
  readonly apiKey: string;
  /**
   * Longest wait for one answer, milliseconds.
   *
   * @default 4000
   */
  readonly timeoutMs?: number;
  /**
   * How often a request that got no answer, or 409 or 5xx, is sent again.
   *
   * @default 2
   */
  readonly retries?: number;
  /** Base URL instead of Stripe's. */
  readonly endpoint?: string;
  /**
   * Whether a request that dies with its connection is never sent a second time: by default the client does so once, even
   * without retries.
   *
   * @default false
   */
  readonly sendsOnce?: boolean;
}

/** The official client, without telemetry. */
export function stripeClient({
  apiKey,
  timeoutMs = 4_000,
  retries = 2,
  endpoint,
  sendsOnce = false,
}: StripeClientOptions): Stripe {
  const url = endpoint === undefined ? undefined : new URL(endpoint);
  return new Stripe(apiKey, {
    timeout: timeoutMs,
    maxNetworkRetries: retries,
    telemetry: false,
    // Of `fetch` the client does not see that the connection was closed, which is what it would act on.
    ...(sendsOnce && { httpClient: Stripe.createFetchHttpClient() }),
    ...(url && {
      protocol: url.protocol === 'http:' ? 'http' : 'https',
      host: url.hostname,
      port: url.port === '' ? undefined : Number(url.port),
    }),
  });
}

/** Where functions find Stripe: `STRIPE_ENDPOINT_URL` is for those that run beside a server of their own tests. */
export function stripeEndpoint(env: Readonly<Record<string, string | undefined>>): { endpoint?: string } {
  const endpoint = env.STRIPE_ENDPOINT_URL;
  return endpoint === undefined || endpoint === '' ? {} : { endpoint };
}

/** The answer of a request for something that there may not be. */
export async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.code === 'resource_missing') return undefined;
    throw error;
  }
}
