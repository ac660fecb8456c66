/**
 * Links that a 402 hands out, per thing that the caller can do. Each works with GET and may hold `{account}`,
 * `{plan}` and `{reason}`, which are filled in percent-encoded.
 *
 * Absolute `https` URLs; `http` only for localhost.
 */
export interface ActionUrls {
  /**
   * Where a plan is chosen.
   * @default - no link
   */
  readonly subscribe?: string;
  /**
   * Where the card is renewed.
   * @default - no link
   */
  readonly updatePaymentMethod?: string;
  /**
   * Where a first payment is finished, for example its 3-D Secure step.
   * @default - no link
   */
  readonly completePayment?: string;
  /**
   * Where a larger plan is chosen.
   * @default - no link
   */
  readonly upgradePlan?: string;
  /**
   * Where a paused subscription is resumed.
   * @default - no link
   */
  readonly resume?: string;
  /**
   * Where the seller is asked for what no plan holds.
   * @default - no link
   */
  readonly contactSeller?: string;
}
