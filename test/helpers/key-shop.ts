import { App, Stack } from 'aws-cdk-lib';
import { MockIntegration } from 'aws-cdk-lib/aws-apigateway';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { writeDiscovery } from '../../cli/deployment/discovery';
import { LocalDeployment } from '../../cli/deployment/local-deployment';
import { discovered } from '../../cli/local/discovered';
import { BillingWebhook, PaidApi, UsageKeyProvisioner, type PaidApiProps } from '../../lib';
import { startEngine, type Engine } from '../../local';
import type { RequestRecord } from '../../local/contract';
import { REGION } from './dynamodb-targets';
import { get, type Reply } from './get';
import { runCli } from './run-cli';
import { TestAccounts } from './test-accounts';

const SIGNING_SECRET = `whsec_${Buffer.from('a secret of the story, long enough').toString('base64')}`;
const DAY_MS = 86_400_000;

export interface KeyShopOptions extends PaidApiProps {
  /** How long API Gateway takes to honour a key, milliseconds. */
  readonly keyDelayMs: number;
  /** How long the provisioner waits for it, in place of the minute and more that the construct allows. */
  readonly activationWaitMs: number;
  /** How long it keeps a key that nobody is told to use. */
  readonly drainMs: number;
  readonly onRequest?: (record: RequestRecord) => void;
  /** @default - the engine's own DynamoDB */
  readonly dynamodbEndpoint?: string;
}

/** A seller's stack with a provisioner and a billing webhook, on the local engine. */
export class KeyShop {
  private constructor(
    readonly engine: Engine,
    readonly accounts: TestAccounts,
    private readonly directory: string,
    private readonly started: readonly string[],
    private readonly messages = { sent: 0 },
  ) {}

  static async open(options: KeyShopOptions): Promise<KeyShop> {
    const directory = mkdtempSync(join(tmpdir(), 'paywall-keys-'));
    synthesize(join(directory, 'cdk.out'), options);
    const started: string[] = [];
    const engine = await startEngine({
      source: join(directory, 'cdk.out'),
      keyDelayMs: options.keyDelayMs,
      secrets: { 'billing-signing': SIGNING_SECRET },
      ...(options.onRequest && { onRequest: options.onRequest }),
      ...(options.dynamodbEndpoint !== undefined && { dynamodbEndpoint: options.dynamodbEndpoint }),
      onLog: ({ level, logicalId, message }) => {
        if (level === 'PLATFORM' && message.startsWith('environment started')) started.push(logicalId);
      },
    });
    writeDiscovery(directory, discovered(engine));
    const accounts = await TestAccounts.open(new LocalDeployment(discovered(engine)));
    return new KeyShop(engine, accounts, directory, started);
  }

  /** Environments of the authorizer so far. */
  get environments(): number {
    const authorizer = this.engine.functions.find(
      ({ environment }) => environment.LEASE_DURATION_MS !== undefined,
    );
    return this.started.filter((logicalId) => logicalId === authorizer?.logicalId).length;
  }

  /** `GET /reports`, or another path. */
  call(key: string, path = 'reports'): Promise<Reply> {
    return get(`${this.engine.apis[0]!.url}${path}`, key);
  }

  /** What a payment for a plan, the first one or another one, makes the biller send. */
  async buy(account: string, plan: string, type = 'account.plan_changed'): Promise<void> {
    const now = Date.now();
    const payload = JSON.stringify({
      type,
      timestamp: new Date(now).toISOString(),
      data: { account, plan, paidThrough: new Date(now + 30 * DAY_MS).toISOString() },
    });
    const id = `msg_${(this.messages.sent += 1)}`;
    const at = new Date(now);
    const answer = await fetch(`${this.engine.apis[0]!.url}billing/events`, {
      method: 'POST',
      headers: {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now / 1000)),
        'webhook-signature': new Webhook(SIGNING_SECRET).sign(id, at, payload),
      },
      body: payload,
    });
    if (answer.status !== 200)
      throw new Error(`the webhook answered ${answer.status}: ${await answer.text()}`);
  }

  /** A command of the CLI, typed in the engine's directory; its result's data. */
  async cli(...argv: string[]): Promise<Record<string, unknown>> {
    const { exitCode, output } = await runCli(argv, { cwd: this.directory, now: Date.now });
    const last = output.messages.at(-1)!;
    if (exitCode !== 0) throw new Error(`paywall ${argv.join(' ')}: ${JSON.stringify(last.data)}`);
    return last.data;
  }

  async close(): Promise<void> {
    this.accounts.close();
    await this.engine.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function synthesize(outdir: string, options: KeyShopOptions): void {
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Shop', { env: { region: REGION, account: '123456789012' } });
  const api = new PaidApi(stack, 'Api', options);
  const backend = () =>
    new MockIntegration({
      requestTemplates: { 'application/json': '{ "statusCode": 200 }' },
      integrationResponses: [{ statusCode: '200' }],
    });
  for (const path of ['reports', 'exports'])
    api.root.addResource(path).addMethod('GET', backend(), { methodResponses: [{ statusCode: '200' }] });
  const { handler } = new UsageKeyProvisioner(stack, 'UsageKeys', { paywall: api.paywall });
  handler.addEnvironment('ACTIVATION_WAIT_MS', String(options.activationWaitMs));
  handler.addEnvironment('DRAIN_MS', String(options.drainMs));
  new BillingWebhook(stack, 'Billing', {
    paywall: api.paywall,
    standard: {
      signingSecrets: [secretsmanager.Secret.fromSecretNameV2(stack, 'Signing', 'billing-signing')],
    },
  });
  app.synth();
}
