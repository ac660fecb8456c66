import { App, Stack } from 'aws-cdk-lib';
import { MockIntegration } from 'aws-cdk-lib/aws-apigateway';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { AccountAdmin, DynamoDbClient } from '../../lambda/store';
import { BillingWebhook, PaidApi, Plan, Quota } from '../../lib';
import { startEngine, type Engine } from '../../local';
import { FakeServices } from '../billing-webhook/support/fake-services';
import { StripeModel, LINK_SECRET } from '../billing/support/stripe-model';
import type { StripeEvent } from '../billing/support/stripe-objects';
import { CREDENTIALS, REGION } from '../helpers/dynamodb-targets';
import { get, hangUp } from '../helpers/get';

const SIGNING_SECRET = 'whsec_of_the_story';
let outDir: string;
let services: FakeServices;
let engine: Engine;
let key: string;
let url: string;

/** The seller's stack, as `cdk synth` writes it. */
function synthesize(directory: string): void {
  const app = new App({ outdir: directory, analyticsReporting: false });
  const stack = new Stack(app, 'Shop', { env: { region: REGION, account: '123456789012' } });
  const api = new PaidApi(stack, 'Api', {
    plans: [Plan.paid('pro', { quota: Quota.perMonth(1000), priceIds: ['price_pro'] })],
  });
  const backend = new MockIntegration({
    requestTemplates: { 'application/json': '{ "statusCode": 200 }' },
    integrationResponses: [{ statusCode: '200' }],
  });
  api.root.addResource('reports').addMethod('GET', backend, { methodResponses: [{ statusCode: '200' }] });
  new BillingWebhook(stack, 'Billing', {
    paywall: api.paywall,
    stripe: {
      signingSecrets: [secretsmanager.Secret.fromSecretNameV2(stack, 'Signing', 'stripe-signing')],
      linkSecrets: [secretsmanager.Secret.fromSecretNameV2(stack, 'Link', 'checkout-link')],
      testMode: true,
    },
  });
  app.synth();
}

beforeAll(async () => {
  outDir = mkdtempSync(join(tmpdir(), 'paywall-webhook-'));
  synthesize(outDir);
  services = await FakeServices.start();
  const arn = (name: string) => `arn:aws:secretsmanager:${REGION}:123456789012:secret:${name}`;
  services.secrets[arn('stripe-signing')] = SIGNING_SECRET;
  services.secrets[arn('checkout-link')] = LINK_SECRET;
  const { endpoint } = services;
  engine = await startEngine({
    source: outDir,
    endpoints: { secrets_manager: endpoint, eventbridge: endpoint, sqs: endpoint },
  });
  url = engine.apis[0]!.url;
  const [table] = [...engine.stacks[0]!.resources.values()].filter(
    ({ type }) => type === 'AWS::DynamoDB::Table',
  );
  const client = new DynamoDbClient({
    endpoint: engine.endpoints.dynamodb!,
    region: REGION,
    credentials: () => CREDENTIALS,
    timeoutMs: 10_000,
  });
  const accounts = new AccountAdmin(client, table!.physicalId);
  await accounts.createAccount({
    accountId: 'acme',
    access: { accessUntil: 0, lapseReason: 'no_subscription' },
  });
  key = (await accounts.createKey('acme', { prefix: 'pw', label: 'story', scopes: [], createdBy: 'test' }))
    .key;
  client.close();
});
afterAll(async () => {
  hangUp();
  await engine?.close();
  await services?.stop();
  rmSync(outDir, { recursive: true, force: true });
});

async function deliver(event: StripeEvent, secret = SIGNING_SECRET): Promise<number> {
  const payload = JSON.stringify(event);
  const answer = await fetch(`${url}billing/stripe`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Stripe-Signature': Stripe.webhooks.generateTestHeaderString({ payload, secret }),
    },
    body: payload,
  });
  await answer.arrayBuffer();
  return answer.status;
}

const call = async () => (await get(`${url}reports`, key)).status;

test('402, a signed webhook, and the very next request is 200', async () => {
  const model = new StripeModel('cus_story');
  model.now = Math.floor(Date.now() / 1000) * 1000 - 60_000;
  const events = model.checkout('acme').subscribe({ price: 'price_pro' }).events;

  expect(await call()).toBe(402);
  for (const event of events) expect(await deliver(event, 'whsec_forged')).toBe(400);
  expect(await call()).toBe(402);

  for (const event of events) expect(await deliver(event)).toBe(200);
  expect(await call()).toBe(200);
  expect(services.published.map(({ DetailType }) => DetailType)).toContain('subscription.activated');
});
