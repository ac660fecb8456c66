import { callCosts, LOG_BYTES, sumOf, type CostLine } from '../../cli/aws/call-cost';
import { lambdaCalls, MONTH_SECONDS, PRICES, restApiCalls } from '../../cli/aws/prices';

/** A seller with a million accounts, as docs/costs.md reckons. Numbers per month. */
export const MILLION_ACCOUNTS = {
  accounts: 1_000_000,
  /** Ten on each day. */
  callsPerAccount: 300,
  /** Bytes of an account with its billing, one key, and the record of its API Gateway key. */
  bytesPerAccount: 4_000,
  /** Events of the payment provider for one renewal. */
  eventsPerAccount: 3,
  /** Write request units of one event: billing, outbox and its index, projection. */
  writesPerEvent: 8,
  monthsOfLog: 3,
  secrets: 4,
  /** Five of the authorizer, seven of the webhook, one of the provisioner. */
  metrics: 13,
  alarms: 5,
} as const;

/** The day on which each key was last used, written where no unit is taken. */
export function lastUse(): number {
  return ((MILLION_ACCOUNTS.accounts * 30) / 1e6) * PRICES.dynamoDbWrites;
}

/** A month of hourly scans, eventually consistent: half a unit for each 4 KB. */
export function overageScans(): number {
  const bytes = MILLION_ACCOUNTS.accounts * MILLION_ACCOUNTS.bytesPerAccount;
  const units = (MONTH_SECONDS / 3_600) * (bytes / 4_096 / 2);
  return (units / 1e6) * PRICES.dynamoDbReads;
}

const WEBHOOK = { memoryMb: 256, billedMs: 50 };

export function millionAccounts(): readonly CostLine[] {
  const { accounts, callsPerAccount, bytesPerAccount, eventsPerAccount, ...of } = MILLION_ACCOUNTS;
  const calls = (accounts * callsPerAccount) / 1e6;
  const events = (accounts * eventsPerAccount) / 1e6;
  const gigabytes = (accounts * bytesPerAccount) / 1e9;
  const logGigabytes = (calls * (LOG_BYTES.decision + LOG_BYTES.platform)) / 1000;
  const [, authorizer] = callCosts();
  return [
    { what: 'API Gateway, calls and webhooks', dollars: restApiCalls(calls + events) },
    { what: 'Lambda, authorizer', dollars: calls * authorizer!.dollars },
    { what: 'DynamoDB, a write per call', dollars: calls * PRICES.dynamoDbWrites },
    { what: 'CloudWatch Logs, written', dollars: logGigabytes * PRICES.logIngestion },
    { what: 'CloudWatch Logs, kept, at most', dollars: logGigabytes * of.monthsOfLog * PRICES.logStorage },
    {
      what: 'Billing: webhook, writes, event bus, queues',
      dollars:
        events * lambdaCalls(WEBHOOK.memoryMb, WEBHOOK.billedMs) +
        events * of.writesPerEvent * PRICES.dynamoDbWrites +
        events * (PRICES.eventBridge + PRICES.sqs),
    },
    {
      what: 'DynamoDB, storage and recovery',
      dollars: gigabytes * (PRICES.dynamoDbStorage + PRICES.dynamoDbRecovery),
    },
    {
      what: 'Metrics, alarms, secrets',
      dollars: of.metrics * PRICES.customMetric + of.alarms * PRICES.alarm + of.secrets * PRICES.secret,
    },
  ];
}

/** Requests that one environment of a function takes: ten per second. https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html */
export const CALLS_PER_ENVIRONMENT = 10;

/** One account that calls at a steady rate all month. */
export function oneAccount(callsPerSecond: number, writesPerSecond: number): readonly CostLine[] {
  const calls = (callsPerSecond * MONTH_SECONDS) / 1e6;
  const [, authorizer, , log] = callCosts();
  return [
    { what: 'API Gateway', dollars: restApiCalls(calls) },
    { what: 'Lambda, authorizer', dollars: calls * authorizer!.dollars },
    { what: 'DynamoDB', dollars: ((writesPerSecond * MONTH_SECONDS) / 1e6) * PRICES.dynamoDbWrites },
    { what: 'CloudWatch Logs', dollars: calls * log!.dollars },
  ];
}

/** With the last line. */
export function withTotal(lines: readonly CostLine[]): readonly CostLine[] {
  return [...lines, { what: 'together', dollars: sumOf(lines) }];
}
