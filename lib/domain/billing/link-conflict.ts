/** Why a payment may not reach the account that its checkout was for; a person has to decide. */
export type LinkConflict =
  | 'linked_elsewhere'
  | 'no_such_account'
  /** The session would open an account that has been erased since. */
  | 'erased_account'
  | 'live_subscription'
  | 'other_mode';

/** What that person can do. Where something is to be mended, the next look at the checkout finds it. */
export const CONFLICT_ADVICE: Readonly<Record<LinkConflict, string>> = {
  linked_elsewhere:
    'the customer pays for another account already; cancel and refund the new subscription, and let them buy as a new customer',
  no_such_account:
    'make the account with `paywall accounts create` and send the event of the checkout again, or cancel and refund the subscription',
  erased_account: 'the account was erased; cancel and refund the subscription',
  live_subscription:
    'another customer pays for the account; cancel and refund one of the two subscriptions: once the older one has ended, the newer one is linked by reconciliation, or when the event of its checkout is sent again',
  other_mode:
    'the account was paid in the other of live mode and test mode; cancel and refund the subscription, and sell it another account',
};
