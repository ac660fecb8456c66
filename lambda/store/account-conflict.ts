export type AdminError =
  | 'account_exists'
  | 'no_such_account'
  | 'no_such_key'
  | 'too_many_keys'
  | 'account_has_another_plan'
  /** Others changed the account at each of several attempts. */
  | 'account_contended'
  /** The id of a grant names another number of units. */
  | 'credit_differs';

/** An operation that the state of the account does not permit. */
export class AccountConflict extends Error {
  override readonly name = 'AccountConflict';

  constructor(
    readonly code: AdminError,
    message: string,
  ) {
    super(message);
  }
}
