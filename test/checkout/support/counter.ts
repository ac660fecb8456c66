import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { Patience } from '../../../lambda/checkout/deadline';
import { createFunction } from '../../../lambda/checkout/function';
import type { CheckoutSettings } from '../../../lambda/checkout/settings';
import { payLinkLifetime, signPayLink, type PayLink } from '../../../lib/domain/pay-link';
import type { CatalogueDefinition } from '../../../lib/domain/plan';
import { START } from '../../billing/support/clock';
import { LINK_SECRET } from '../../billing/support/stripe-model';
import type { StripeEvent } from '../../billing/support/stripe-objects';
import { CATALOGUE, Endpoint, SETTINGS } from '../../billing-webhook/support/endpoint';
import { StripeShop } from './stripe-shop';

export const API_KEY = 'rk_test_of_nobody';
export const OWN: Omit<CheckoutSettings, 'tableName' | 'eventBusName' | 'terms' | 'stripe'> = {
  allowedOrigins: ['https://shop.example', 'http://localhost:3000'],
  returnUrl: 'https://shop.example/account',
  successUrl: 'https://shop.example/thanks',
  cancelUrl: 'https://shop.example/plans',
  planChangesByLink: true,
  firstKeyScopes: [],
  claimPath: '/billing/claim',
  payLinkLifetimeMs: payLinkLifetime(0),
};

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly json: Record<string, any>;
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly body?: unknown;
  readonly account?: string;
}

const BROWSER = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

/** The checkout function beside the webhook's, put together as in Lambda: a real database, Stripe over HTTP. */
export class Counter {
  readonly lines: Record<string, any>[] = [];
  private call!: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

  private constructor(
    readonly endpoint: Endpoint,
    readonly shop: StripeShop,
  ) {
    this.restart();
  }

  static async open(): Promise<Counter> {
    const endpoint = await Endpoint.open();
    endpoint.services.secrets.key = `${API_KEY}\n`;
    return new Counter(endpoint, await StripeShop.start());
  }

  async close(): Promise<void> {
    await this.shop.server.stop();
    await this.endpoint.stop();
  }

  get now(): number {
    return this.endpoint.now;
  }

  set now(instant: number) {
    this.endpoint.now = instant;
    this.shop.server.now = instant;
  }

  /** A new execution environment: nothing is cached. */
  restart(
    own: Partial<typeof OWN> = {},
    catalogue: CatalogueDefinition = CATALOGUE,
    { stripe = this.shop.server.endpoint, patience }: { stripe?: string; patience?: Patience } = {},
  ): void {
    this.call = createFunction({
      env: {
        ...this.endpoint.env,
        AWS_LAMBDA_FUNCTION_NAME: 'checkout',
        STRIPE_ENDPOINT_URL: stripe,
        BILLING_SETTINGS: JSON.stringify({ ...SETTINGS, stripe: { ...SETTINGS.stripe, apiKey: 'key' } }),
        CHECKOUT_SETTINGS: JSON.stringify({ ...OWN, ...own }),
      },
      catalogue,
      clock: () => this.now,
      ...(patience && { patience }),
      log: (line) => this.lines.push(JSON.parse(line) as Record<string, any>),
    });
  }

  link(account: string, change: Partial<PayLink> = {}, secret = LINK_SECRET): string {
    return signPayLink({ account, action: 'subscribe', expiresAt: this.now + 3_600_000, ...change }, secret);
  }

  pay(query: Readonly<Record<string, string>>, asked: Asked = {}): Promise<Reply> {
    return this.request('/pay', { ...asked, method: asked.method ?? 'GET' }, query);
  }

  /** Someone without an account has decided to buy. */
  buy(plan?: string, asked: Asked = {}): Promise<Reply> {
    return this.request('/pay', { method: 'POST', ...asked }, plan === undefined ? null : { plan });
  }

  /** Opens an address to which Stripe has sent the browser. */
  claim(url: URL, asked: Asked = {}): Promise<Reply> {
    const query = Object.fromEntries(url.searchParams);
    return this.request('/billing/claim', { ...asked, method: asked.method ?? 'GET' }, query);
  }

  browse(url: URL): Promise<Reply> {
    return this.claim(url, { headers: BROWSER });
  }

  post(what: 'checkout' | 'portal', account: string, body?: unknown): Promise<Reply> {
    return this.request(`/billing/${what}`, { method: 'POST', account, body });
  }

  async deliver(events: readonly StripeEvent[]): Promise<void> {
    for (const event of events) {
      const { status } = await this.endpoint.stripe(event);
      if (status !== 200) throw new Error(`the webhook answered ${status}`);
    }
  }

  account(id: string) {
    return this.endpoint.accounts.findAccount(id);
  }

  reset(): void {
    this.now = START;
    this.lines.length = 0;
    this.endpoint.services.reset();
    this.endpoint.services.secrets.link = LINK_SECRET;
    this.shop.server.refuse = () => undefined;
    this.shop.server.asked.length = 0;
    this.restart();
  }

  private async request(
    resource: string,
    { method = 'GET', headers = {}, body, account }: Asked,
    query: Readonly<Record<string, string>> | null = null,
  ): Promise<Reply> {
    const result = await this.call({
      httpMethod: method,
      resource,
      path: resource,
      headers,
      queryStringParameters: query && Object.keys(query).length > 0 ? query : null,
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      isBase64Encoded: false,
      requestContext: {
        requestId: 'request',
        domainName: 'api.example',
        path: `/prod${resource}`,
        ...(account !== undefined && { authorizer: { account, scopes: 'billing' } }),
      },
    } as unknown as APIGatewayProxyEvent);
    return {
      status: result.statusCode,
      headers: (result.headers ?? {}) as Record<string, string>,
      text: result.body,
      get json() {
        return JSON.parse(result.body) as Record<string, any>;
      },
    };
  }
}

export { BROWSER };
