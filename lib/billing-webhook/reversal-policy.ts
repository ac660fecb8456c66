/** What money that is taken back does to access. */
export enum ReversalPolicy {
  /** Access ends, from the instant at which the money went. */
  LAPSE = 'lapse',
  /** Nothing: the period stays paid. */
  IGNORE = 'ignore',
}

/** What a paused collection whose invoices are voided means: Stripe recommends it for both. */
export enum VoidedInvoicesPolicy {
  /** The service is suspended. */
  LAPSE = 'lapse',
  /** The service is given away. */
  SERVE = 'serve',
}
