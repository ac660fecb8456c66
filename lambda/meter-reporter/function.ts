import { stripeEndpoint } from '../billing/stripe/client';
import { SecretsManager } from '../billing-webhook/secret-cache';
import { serviceClient } from '../billing-webhook/services';
import { clientFromEnvironment } from '../store/client-from-environment';
import { required, type Environment } from '../store/variables';
import { DynamoDbMeterTable } from './dynamodb-meter-table';
import type { Overage } from './meter-table';
import { reportLine, summaryLine, type Summary } from './meter-log';
import { reportOverage, type ReporterPorts } from './report';
import { StripeMeter } from './stripe-meter';

/** At a time; Stripe takes 1,000 meter events a second. */
const CONCURRENCY = 10;
/** What a report may take with all its calls. */
const RESERVE_MS = 30_000;

export interface FunctionContext {
  readonly env: Environment;
  readonly clock: () => number;
  readonly log: (line: string) => void;
}

/** What Lambda says of a run. */
export interface RunContext {
  getRemainingTimeInMillis(): number;
}

/** @returns the function; it throws when something could not be reported, so that the run counts as an error */
export function createFunction({
  env,
  clock,
  log,
}: FunctionContext): (event: unknown, run: RunContext) => Promise<void> {
  const table = new DynamoDbMeterTable(clientFromEnvironment(env), required(env, 'ACCOUNT_TABLE'));
  const secrets = new SecretsManager(serviceClient('SECRETS_MANAGER', env));
  return async (_event, run) => {
    // Fetched in each run, so that a rotated key is used at once.
    const apiKey = (await secrets.fetch(required(env, 'API_KEY_SECRET'))).trim();
    const eventName = required(env, 'METER_EVENT_NAME');
    const meter = new StripeMeter({ apiKey, eventName, ...stripeEndpoint(env) });
    const isLate = () => run.getRemainingTimeInMillis() < RESERVE_MS;
    const summary = await reportAll({ table, meter, clock }, isLate, log);
    log(summaryLine(summary, env.AWS_LAMBDA_FUNCTION_NAME ?? '', clock()));
    if (summary.failed > 0)
      throw new Error(`the overage of ${summary.failed} accounts could not be reported`);
  };
}

/** Reports of one account keep none of the others from theirs. What does not fit into a run is for the next one. */
export async function reportAll(
  ports: ReporterPorts,
  isLate: () => boolean,
  log: (line: string) => void,
): Promise<Summary> {
  const summary = { units: 0, accounts: 0, waiting: 0, failed: 0 };
  const report = async (overage: Overage): Promise<void> => {
    try {
      const outcome = await reportOverage(overage, ports);
      if (outcome === undefined) return;
      if (outcome.kind === 'reported') {
        summary.units += outcome.units;
        summary.accounts += 1;
      } else if (outcome.kind === 'no-customer') summary.waiting += 1;
      else summary.failed += 1;
      log(reportLine(overage.account, outcome));
    } catch (error) {
      summary.failed += 1;
      log(reportLine(overage.account, { kind: 'unknown', cause: String(error) }));
    }
  };
  const running = new Set<Promise<void>>();
  // A table that is too large for one run is begun somewhere else by each: no account is always among the last.
  for await (const overage of ports.table.overages(Math.random())) {
    if (isLate()) break;
    const one: Promise<void> = report(overage).finally(() => running.delete(one));
    running.add(one);
    if (running.size === CONCURRENCY) await Promise.race(running);
  }
  await Promise.all(running);
  return summary;
}
