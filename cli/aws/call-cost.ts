import { lambdaCalls, PRICES, restApiCalls } from './prices';

/** One line of a bill. */
export interface CostLine {
  readonly what: string;
  readonly dollars: number;
}

/** Memory as in `lib/authorizer/authorizer-function.ts`; the time is an assumption, that of one write in the Region. */
const AUTHORIZER = { memoryMb: 512, billedMs: 5 };
/** A function that answers at once, as that of the quick start. */
const BACKEND = { memoryMb: 256, billedMs: 3 };
/** Bytes of log per invocation: the line of the decision, and the service's own lines in JSON. */
export const LOG_BYTES = { decision: 600, platform: 800 };

/**
 * What a million admitted calls cost beside the seller's own backend. Every call is taken to write, as it is where calls
 * of an account come one by one; at ten per second and more, most calls ride on a lease.
 */
export function callCosts(): readonly CostLine[] {
  return [
    { what: 'API Gateway', dollars: restApiCalls(1) },
    { what: 'Lambda: authorizer', dollars: lambdaCalls(AUTHORIZER.memoryMb, AUTHORIZER.billedMs) },
    { what: 'DynamoDB: one write', dollars: PRICES.dynamoDbWrites },
    { what: 'CloudWatch Logs', dollars: logs(LOG_BYTES.decision + LOG_BYTES.platform) },
  ];
}

/** What the function behind a million calls adds. */
export function backendCosts(): readonly CostLine[] {
  return [
    { what: 'Lambda: backend', dollars: lambdaCalls(BACKEND.memoryMb, BACKEND.billedMs) },
    { what: 'CloudWatch Logs of the backend', dollars: logs(LOG_BYTES.platform) },
  ];
}

export function sumOf(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { dollars }) => sum + dollars, 0);
}

/** A million entries of so many bytes. */
function logs(bytes: number): number {
  return (bytes / 1000) * PRICES.logIngestion;
}
