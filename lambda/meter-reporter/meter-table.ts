/** A report to Stripe as it is written down before it is sent: units `from` (exclusive) `to` (inclusive) of all overage. */
export interface Report {
  /** Identifier by which Stripe drops repetitions. */
  readonly id: string;
  readonly customer: string;
  readonly from: number;
  readonly to: number;
  /** When it was written down, milliseconds since the epoch; also the time that Stripe is told. */
  readonly at: number;
  /** Whether it was sent more than once: a refusal of one request says nothing of the others then. */
  readonly repeated: boolean;
}

/** How far an account's overage has been reported. */
export interface MeterState {
  /** Units that Stripe has, of all that there ever were. */
  readonly reported: number;
  /** Sent or about to be; nobody knows whether Stripe has it. */
  readonly pending?: Report;
}

/** All units beyond the limits of an account's periods, since it exists: this number never falls. */
export interface Overage {
  readonly account: string;
  readonly total: number;
}

/** What the reporter keeps of each account. Conditional writes: of two runs at once, one wins. */
export interface MeterTable {
  /**
   * Accounts that ever had overage.
   *
   * @param first which of the table's parts comes first, from 0 up to 1
   */
  overages(first: number): AsyncIterable<Overage>;
  /** Strongly consistent. */
  read(account: string): Promise<MeterState>;
  /** The customer at Stripe who pays for the account; absent: nobody does yet. */
  customerOf(account: string): Promise<string | undefined>;
  /** Writes a report down. @returns `false` when another run was faster */
  begin(account: string, report: Report): Promise<boolean>;
  /** Notes that the report is about to be sent again. @returns `false` when it is no longer pending */
  repeat(account: string, report: Report): Promise<boolean>;
  /** Stripe has the report. Nothing happens when another run has said so. */
  settle(account: string, report: Report): Promise<void>;
  /** Stripe does not have the report, and never will: its units wait for the next one. Nothing happens once it is repeated. */
  withdraw(account: string, report: Report): Promise<void>;
}
