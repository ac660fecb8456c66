import { randomUUID } from 'node:crypto';
import type { MeterTable, Overage, Report } from './meter-table';

/**
 * What Stripe made of a report.
 *
 * `refused`: it was not taken, as an answer says. `unknown`: there was no answer, or none that tells.
 */
export type Receipt =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly cause: string }
  | { readonly kind: 'unknown'; readonly cause: string };

export interface Meter {
  /** Never throws for what Stripe answers. A repetition, by the report's id, is `taken`. */
  send(report: Report): Promise<Receipt>;
}

export interface ReporterPorts {
  readonly table: MeterTable;
  readonly meter: Meter;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** What one account's turn came to. */
export type Outcome =
  /** Stripe has all of it. */
  | { readonly kind: 'reported'; readonly units: number }
  /** Nobody pays for the account yet: its units wait. */
  | { readonly kind: 'no-customer' }
  | { readonly kind: 'refused'; readonly cause: string }
  /** It will be sent again, under the same id. */
  | { readonly kind: 'unknown'; readonly cause: string }
  /** Too old to be sent again: Stripe may have forgotten its id. A person has to look. */
  | { readonly kind: 'stuck'; readonly report: Report };

/**
 * Stripe tells repetitions apart for at least 24 hours; an hour of it is for clocks and for the request itself.
 *
 * @see https://docs.stripe.com/api/billing/meter-event/create
 */
export const SAFE_TO_REPEAT_MS = 23 * 3_600_000;

/**
 * Reports an account's overage, each unit once: what will be reported is written down first, so that a run that dies, or
 * gets no answer, is followed by one that sends the very same report.
 *
 * @returns `undefined` when there is nothing to report
 */
export async function reportOverage(
  { account, total }: Overage,
  ports: ReporterPorts,
): Promise<Outcome | undefined> {
  const { table, clock } = ports;
  const { reported, pending } = await table.read(account);
  if (pending) return await repeat(account, pending, ports);
  if (total <= reported) return undefined;
  const customer = await table.customerOf(account);
  if (customer === undefined) return { kind: 'no-customer' };
  const report: Report = {
    id: randomUUID(),
    customer,
    from: reported,
    to: total,
    at: clock(),
    repeated: false,
  };
  if (!(await table.begin(account, report))) return undefined;
  const receipt = await ports.meter.send(report);
  // Only of a report that was sent this once is a refusal the whole truth.
  if (receipt.kind === 'refused') await table.withdraw(account, report);
  return await concluded(account, report, receipt, table);
}

async function repeat(
  account: string,
  report: Report,
  { table, meter, clock }: ReporterPorts,
): Promise<Outcome | undefined> {
  if (clock() >= report.at + SAFE_TO_REPEAT_MS) return { kind: 'stuck', report };
  // First, so that the run which sent it before, if it lives, does not take a refusal for the whole truth.
  if (!(await table.repeat(account, report))) return undefined;
  const receipt = await meter.send(report);
  return await concluded(account, report, receipt, table);
}

async function concluded(
  account: string,
  report: Report,
  receipt: Receipt,
  table: MeterTable,
): Promise<Outcome> {
  if (receipt.kind !== 'taken') return receipt;
  await table.settle(account, report);
  return { kind: 'reported', units: report.to - report.from };
}
