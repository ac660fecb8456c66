import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { App, Stack } from 'aws-cdk-lib';
import { MockIntegration } from 'aws-cdk-lib/aws-apigateway';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { AccountAdmin, DynamoDbClient } from '../../lambda/store';
import {
  BillingWebhook,
  PaidApi,
  Plan,
  Quota,
  Reconciliation,
  StripeCheckout,
  type Paywall,
} from '../../lib';
import { startEngine, type Engine, type EngineOptions } from '../../local';
import { LINK_SECRET, StripeModel } from '../billing/support/stripe-model';
import type { StripeEvent } from '../billing/support/stripe-objects';
import type { StripeServer } from '../billing/support/stripe-server';
import { StripeShop, type Paid } from '../checkout/support/stripe-shop';
import { CREDENTIALS, REGION } from './dynamodb-targets';
import { get, hangUp, type Reply } from './get';

export const SIGNING_SECRET = 'whsec_of_the_story';

export interface BillingShopOptions {
  /** @default 1,000 units a month */
  readonly quota?: Quota;
  /** @default off: the stories tell what events do by themselves */
  readonly reconciliation?: Reconciliation;
  readonly onLog?: EngineOptions['onLog'];
  /** Adds to the stack. */
  extend?(stack: Stack, paywall: Paywall): void;
}

/** The seller's stack, as `cdk synth` writes it, with everything that has a default left to it. */
function synthesize(
  directory: string,
  { quota = Quota.perMonth(1000), reconciliation = Reconciliation.off(), extend }: BillingShopOptions,
): void {
  const app = new App({ outdir: directory, analyticsReporting: false });
  const stack = new Stack(app, 'Shop', { env: { region: REGION, account: '123456789012' } });
  const api = new PaidApi(stack, 'Api', {
    plans: [Plan.paid('pro', { quota, priceIds: ['price_pro'] })],
  });
  const backend = new MockIntegration({
    requestTemplates: { 'application/json': '{ "statusCode": 200 }' },
    integrationResponses: [{ statusCode: '200' }],
  });
  api.root.addResource('reports').addMethod('GET', backend, { methodResponses: [{ statusCode: '200' }] });
  const secret = (id: string) => secretsmanager.Secret.fromSecretNameV2(stack, id, id);
  const billing = new BillingWebhook(stack, 'Billing', {
    paywall: api.paywall,
    stripe: {
      signingSecrets: [secret('stripe-signing')],
      linkSecrets: [secret('checkout-link')],
      apiKey: secret('stripe-key'),
      testMode: true,
      reconciliation,
    },
  });
  new StripeCheckout(stack, 'Checkout', {
    webhook: billing,
    allowedOrigins: ['https://shop.example'],
    returnUrl: 'https://shop.example/account',
  });
  billing.onAccountEvent('Heard', { target: new targets.SqsQueue(new sqs.Queue(stack, 'Stories')) });
  extend?.(stack, api.paywall);
  app.synth();
}

/** A seller's stack on the local engine, with a Stripe beside it, and callers with accounts. */
export class BillingShop {
  private constructor(
    readonly engine: Engine,
    readonly stripe: StripeServer,
    /** Its pages. */
    readonly pages: StripeShop,
    private readonly client: DynamoDbClient,
    private readonly queue: SQSClient,
    private readonly directory: string,
  ) {}

  static async open(options: BillingShopOptions = {}): Promise<BillingShop> {
    const directory = mkdtempSync(join(tmpdir(), 'paywall-billing-'));
    const pages = await StripeShop.start();
    const stripe = pages.server;
    synthesize(directory, options);
    const engine = await startEngine({
      source: directory,
      environment: { STRIPE_ENDPOINT_URL: stripe.endpoint },
      ...(options.onLog && { onLog: options.onLog }),
      secrets: {
        'stripe-signing': SIGNING_SECRET,
        'checkout-link': LINK_SECRET,
        'stripe-key': 'rk_test_of_nobody',
        'stripe-meter-key': 'rk_test_of_the_meter',
      },
    });
    const client = new DynamoDbClient({
      endpoint: engine.endpoints.dynamodb!,
      region: REGION,
      credentials: () => CREDENTIALS,
      timeoutMs: 10_000,
    });
    const queue = new SQSClient({
      endpoint: engine.endpoints.sqs!,
      region: REGION,
      credentials: CREDENTIALS,
    });
    return new BillingShop(engine, stripe, pages, client, queue, directory);
  }

  async close(): Promise<void> {
    hangUp();
    this.client.close();
    this.queue.destroy();
    await this.engine.close();
    await this.stripe.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Of the stage, with a final slash. */
  get url(): string {
    return this.engine.apis[0]!.url;
  }

  /** A caller with an account and a key. */
  async caller(account: string): Promise<Caller> {
    const accounts = new AccountAdmin(this.client, this.physicalId('AWS::DynamoDB::Table'));
    const access = { accessUntil: 0, lapseReason: 'no_subscription' } as const;
    await accounts.createAccount({ accountId: account, access });
    const made = { prefix: 'pw', label: 'story', scopes: [], createdBy: 'test' };
    const { key } = await accounts.createKey(account, made);
    const model = new StripeModel(`cus_${account}`);
    // A minute ago by Stripe's clock, which counts in seconds.
    model.now = Math.floor(this.engine.clock.now() / 1000) * 1000 - 60_000;
    this.stripe.models = [...this.stripe.models, model];
    const ask = () => get(`${this.url}reports`, key);
    return {
      account,
      model,
      key,
      ask,
      call: async () => (await ask()).status,
    };
  }

  /** Delivers an event as Stripe does. */
  async deliver(event: StripeEvent, secret = SIGNING_SECRET): Promise<number> {
    const payload = JSON.stringify(event);
    const now = this.engine.clock.now();
    this.stripe.now = now;
    const timestamp = Math.floor(now / 1000);
    const answer = await fetch(`${this.url}billing/stripe`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'Stripe-Signature': Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp }),
      },
      body: payload,
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  /** Somebody pays on the page to which an answer leads. */
  pay(led: Reply): Paid {
    this.stripe.now = Math.floor(this.engine.clock.now() / 1000) * 1000;
    return this.pages.pay(this.pages.sessionAt(led.headers.location).id);
  }

  /** The next event that a rule has put into the seller's queue. */
  async heard(): Promise<{ readonly 'detail-type': string; readonly detail: Record<string, unknown> }> {
    const QueueUrl = this.physicalId('AWS::SQS::Queue', 'Stories');
    for (;;) {
      const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 });
      const [message] = (await this.queue.send(receive)).Messages ?? [];
      if (message === undefined) continue;
      await this.queue.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      return JSON.parse(message.Body!) as Awaited<ReturnType<BillingShop['heard']>>;
    }
  }

  private physicalId(type: string, name = ''): string {
    const found = [...this.engine.stacks[0]!.resources.values()].find(
      (resource) => resource.type === type && resource.logicalId.startsWith(name),
    );
    return found!.physicalId;
  }
}

export interface Caller {
  readonly account: string;
  readonly model: StripeModel;
  readonly key: string;
  /** A request to the paid route. */
  ask(): Promise<Reply>;
  /** Its status. */
  call(): Promise<number>;
}
