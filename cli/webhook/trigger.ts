import { randomBytes } from 'node:crypto';
import type { AccountAdmin } from '../../lambda/store';
import type { CatalogueDefinition } from '../../lib/domain/plan';
import { translateConflict } from '../accounts/conflict';
import type { CliContext } from '../context';
import { chooseAuthorizer } from '../deployment/deployment';
import { findEngine, type RunningEngine } from '../deployment/discovery';
import { LocalDeployment } from '../deployment/local-deployment';
import { withAccounts, type AccountsOf } from '../deployment/target';
import { chooseWebhook } from '../deployment/webhook-function';
import { errors } from '../errors';
import { parseAccountId, parseRoute } from '../input';
import { failed, succeeded, type CommandResult } from '../message';
import { webhookMessages } from '../messages/webhook';
import { callWith } from '../quickstart/http-call';
import { EngineClock } from './engine-clock';
import { openStripeEndpoint } from './endpoint';
import { choosePaidRoute, urlOf } from './paid-route';
import { isTaken, play } from './play';
import { choosePrices } from './prices';
import { SCENARIOS, type Scenario } from './scenarios';
import { Story } from './story';
import { StripeModel } from './stripe/stripe-model';
import { missingForReversals, withStripe } from './stripe-beside';

export interface TriggerOptions {
  readonly list?: boolean;
  readonly account?: string;
  readonly customer?: string;
  readonly plan?: string;
  readonly route?: string;
  readonly authorizer?: string;
  readonly webhook?: string;
  /** Known in order to be refused. */
  readonly stack?: string;
}

const CUSTOMER = /^cus_[A-Za-z0-9]+$/;
const CREATED_BY = 'webhook trigger';

/** Plays a scenario to the local engine: signed events, and a call of the API before and after each. */
export async function triggerScenario(
  name: string | undefined,
  options: TriggerOptions,
  context: CliContext,
): Promise<CommandResult> {
  if (options.list) {
    const scenarios = SCENARIOS.map(({ name: title, description }) => ({ name: title, description }));
    return succeeded(webhookMessages.scenariosListed({ scenarios }));
  }
  const scenario = findScenario(name);
  if (options.stack !== undefined) throw errors.scenarioNotForAws();
  const account = options.account === undefined ? undefined : parseAccountId(options.account);
  const engine = findEngine(context.cwd);
  return await withAccounts(new LocalDeployment(engine), options.authorizer, context.now, (accounts) =>
    withCaller(accounts, account, (caller) => trigger(scenario, options, engine, accounts, caller, context)),
  );
}

interface Caller {
  readonly account: string;
  readonly key: string;
}

async function trigger(
  scenario: Scenario,
  options: TriggerOptions,
  engine: RunningEngine,
  { catalogue, admin }: AccountsOf,
  { account, key }: Caller,
  context: CliContext,
): Promise<CommandResult> {
  const deployment = new LocalDeployment(engine);
  const webhook = await chooseWebhook(deployment, options.webhook);
  const api = engine.apis.find(({ logicalId }) => logicalId === webhook.metadata.api);
  if (!api) throw errors.apiNotServed(webhook.metadata.api);
  const { plan, ...prices } = choosePrices(catalogue, options.plan, scenario);
  const wanted = options.route === undefined ? undefined : parseRoute(options.route);
  const routes = engine.routes.filter(({ logicalId }) => logicalId === api.logicalId);
  const route = choosePaidRoute(routes, catalogue, plan.id, wanted);
  const endpoint = await openStripeEndpoint(webhook, api.url);
  const clock = await EngineClock.of(engine, context.now);
  const start = Math.floor(clock.now() / 1000) * 1000;
  const model = new StripeModel({
    customer: customerOf(options.customer, account),
    // A second scenario of the same customer buys other things.
    idPart: randomBytes(5).toString('hex'),
    linkSecret: endpoint.linkSecret,
    now: start,
    livemode: endpoint.livemode,
  });
  const story = scenario.tell(new Story(), { account, ...prices, graceDays: plan.graceDays });
  const { environment } = await chooseAuthorizer(deployment, options.authorizer);
  const request = { method: route.httpMethod, headers: credentialHeader(environment, key) };
  const routeName = `${route.httpMethod} ${route.resource}`;
  const told = { scenario: scenario.name, account, plan: plan.id, route: routeName };
  const perform = async () => {
    context.output.send(webhookMessages.scenarioStarts(told));
    return await play(story.tell(model), start, {
      clock,
      endpoint,
      call: () => callWith(urlOf(route, api.url), request),
      account: () => admin.findAccount(account),
      onRow: (row) => context.output.send(webhookMessages.rowPlayed(row)),
    });
  };
  const rows = await withStripe(webhook.environment, model, () => clock.now(), perform);
  const complete = rows.every(({ delivery }) => delivery === null || isTaken(delivery));
  const message = webhookMessages.scenarioPlayed({
    ...told,
    customer: model.customer,
    rows,
    complete,
    missing: scenario.reverses ? missingForReversals(webhook.environment, scenario.reverses) : [],
    ...(scenario.endsUnscheduled && { leaseDurationMs: Number(environment.LEASE_DURATION_MS) }),
    clockOffsetMs: clock.aheadMs,
  });
  return complete ? succeeded(message) : failed(message);
}

function findScenario(name: string | undefined): Scenario {
  const names = SCENARIOS.map((scenario) => scenario.name);
  if (name === undefined) throw errors.scenarioNeeded(names);
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (!scenario) throw errors.unknownScenario(name, names);
  return scenario;
}

/** The account that was named, else a new one that has never paid; with a key that lives as long as the story. */
async function withCaller<T>(
  { admin, catalogue }: AccountsOf,
  named: string | undefined,
  work: (caller: Caller) => Promise<T>,
): Promise<T> {
  const account = named ?? (await createDemoAccount(admin));
  const { key, record } = await translateConflict(account, () => admin.createKey(account, newKey(catalogue)));
  try {
    return await work({ account, key });
  } finally {
    await admin.revokeKey(account, record.fingerprint);
  }
}

async function createDemoAccount(admin: AccountAdmin): Promise<string> {
  const accountId = `demo${randomBytes(4).toString('hex')}`;
  await admin.createAccount({ accountId, access: { accessUntil: 0, lapseReason: 'no_subscription' } });
  return accountId;
}

function newKey({ keyPrefix }: CatalogueDefinition) {
  return { prefix: keyPrefix, label: CREATED_BY, scopes: [], createdBy: CREATED_BY };
}

function customerOf(wanted: string | undefined, account: string): string {
  const customer = wanted ?? `cus_${account}`;
  if (!CUSTOMER.test(customer)) throw errors.badCustomer(customer);
  return customer;
}

function credentialHeader(
  { CREDENTIAL_SOURCE }: Readonly<Record<string, string>>,
  key: string,
): Record<string, string> {
  return CREDENTIAL_SOURCE === 'api-key' ? { 'x-api-key': key } : { authorization: `Bearer ${key}` };
}
