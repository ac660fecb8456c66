/**
 * The `detail` of an event on the bus: the account as it is after the change. A function takes it as
 * `EventBridgeEvent<AccountEventType, AccountEventDetail>`. Members may be added; none changes its meaning.
 */
export interface AccountEventDetail {
  /** `<account>-<sequence>`, the same whenever the event is sent again: tells repetitions. */
  readonly id: string;
  /** Account id. */
  readonly account: string;
  /** Counts the events of the account from 1, in the order in which it changed; arrival may differ from it. */
  readonly sequence: number;
  /** The provider's time of what brought the change, ISO 8601. */
  readonly at: string;
  /** Plan id; absent where the account has no plan. */
  readonly plan?: string;
  /** Plan id before the change; there when the plan has changed. */
  readonly previousPlan?: string;
  /**
   * `incomplete`, `incomplete_expired`, `trialing`, `active`, `past_due`, `unpaid`, `paused`, `canceled`, or `none` when
   * access does not come from a subscription.
   */
  readonly standing: string;
  /** Access is granted until then, ISO 8601; absent for access that does not end. */
  readonly accessUntil?: string;
  /** Reason of the 402 from then on. */
  readonly lapseReason: string;
}
