import type { APIGatewayProxyEvent, APIGatewayProxyResult, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { createFunction, type WebhookFunction } from '../../../lambda/billing-webhook/function';
import type { WebhookSettings } from '../../../lambda/billing-webhook/settings';
import { AccountAdmin, DynamoDbClient } from '../../../lambda/store';
import type { CatalogueDefinition } from '../../../lib/domain/plan';
import { START } from '../../billing/support/clock';
import { TERMS } from '../../billing/support/terms';
import { LINK_SECRET } from '../../billing/support/stripe-model';
import type { StripeEvent } from '../../billing/support/stripe-objects';
import { buildOffer } from '../../helpers/offer';
import {
  createAccountsTable,
  CREDENTIALS,
  dynamoDbTargets,
  REGION,
  type DynamoDbTarget,
} from '../../helpers/dynamodb-targets';
import { FakeServices } from './fake-services';

export const SIGNING_SECRET = 'whsec_of_the_tests';
export const STANDARD_SECRET = `whsec_${Buffer.from('a secret of the tests, long enough').toString('base64')}`;
const TABLE = 'accounts';

const { plans, ...terms } = TERMS;
export const CATALOGUE: CatalogueDefinition = buildOffer({ plans });
export const SETTINGS: WebhookSettings = {
  tableName: TABLE,
  eventBusName: 'bus',
  queueUrl: 'https://sqs.example/failed',
  terms,
  stripe: { signingSecrets: ['signing'], linkSecrets: ['link'], testMode: true },
  standard: { signingSecrets: ['standard'] },
};

export interface Reply {
  readonly status: number;
  readonly body: Record<string, any>;
  readonly headers: Record<string, unknown>;
}

/** The function, put together as in Lambda, with a real database and servers in place of the other services. */
export class Endpoint {
  now = START;
  readonly lines: Record<string, any>[] = [];
  private call: WebhookFunction;

  private constructor(
    readonly services: FakeServices,
    readonly env: Record<string, string | undefined>,
    readonly client: DynamoDbClient,
    readonly stop: () => Promise<void>,
  ) {
    this.call = this.create();
  }

  static async open(target: DynamoDbTarget = dynamoDbTargets[0]!): Promise<Endpoint> {
    const database = await target.start();
    await createAccountsTable(database.endpoint, TABLE);
    const services = await FakeServices.start();
    const client = new DynamoDbClient({
      endpoint: database.endpoint,
      region: REGION,
      credentials: () => CREDENTIALS,
      timeoutMs: 10_000,
    });
    const env = {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_ENDPOINT_URL: services.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
      AWS_LAMBDA_FUNCTION_NAME: 'webhook',
      BILLING_SETTINGS: JSON.stringify(SETTINGS),
    };
    Object.assign(services.secrets, {
      signing: SIGNING_SECRET,
      link: LINK_SECRET,
      standard: STANDARD_SECRET,
    });
    return new Endpoint(services, env, client, async () => {
      client.close();
      await services.stop();
      await database.stop();
    });
  }

  get accounts(): AccountAdmin {
    return new AccountAdmin(this.client, TABLE, () => this.now);
  }

  /** A new execution environment: nothing is cached. */
  restart(env: Record<string, string | undefined> = {}): void {
    this.call = this.create(env);
  }

  async createAccount(accountId: string): Promise<void> {
    await this.accounts.createAccount({
      accountId,
      access: { accessUntil: 0, lapseReason: 'no_subscription' },
    });
  }

  post(resource: string, body: string | null, headers: object = {}, base64 = false): Promise<Reply> {
    const encoded = base64 && body !== null ? Buffer.from(body).toString('base64') : body;
    return this.send(resource, encoded, headers, base64);
  }

  /** A request as API Gateway hands it over, with a body that is encoded already. */
  async send(resource: string, body: string | null, headers: object, base64: boolean): Promise<Reply> {
    const result = (await this.call({
      httpMethod: 'POST',
      resource,
      body,
      isBase64Encoded: base64,
      headers,
      requestContext: { requestId: 'request' },
    } as unknown as APIGatewayProxyEvent)) as APIGatewayProxyResult;
    return {
      status: result.statusCode,
      body: JSON.parse(result.body) as Record<string, any>,
      headers: result.headers ?? {},
    };
  }

  /** Delivers an event as Stripe does. */
  stripe(event: StripeEvent | object, secret = SIGNING_SECRET, base64 = false): Promise<Reply> {
    const payload = JSON.stringify(event);
    const timestamp = Math.floor(this.now / 1000);
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
    return this.post('/billing/stripe', payload, { 'Stripe-Signature': signature }, base64);
  }

  standard(payload: object, secret = STANDARD_SECRET): Promise<Reply> {
    const body = JSON.stringify(payload);
    const at = new Date(Math.floor(this.now / 1000) * 1000);
    return this.post('/billing/events', body, {
      'webhook-id': 'msg_1',
      'webhook-timestamp': `${at.getTime() / 1000}`,
      'webhook-signature': new Webhook(secret).sign('msg_1', at, body),
    });
  }

  async replay(bodies: readonly string[]): Promise<SQSBatchResponse> {
    const Records = bodies.map((body, index) => ({ messageId: `m${index}`, body }));
    return (await this.call({ Records } as unknown as SQSEvent)) as SQSBatchResponse;
  }

  private create(env: Record<string, string | undefined> = {}): WebhookFunction {
    return createFunction({
      env: { ...this.env, ...env },
      catalogue: CATALOGUE,
      clock: () => this.now,
      log: (line) => this.lines.push(JSON.parse(line) as Record<string, any>),
    });
  }
}
