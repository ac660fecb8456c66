/** One rule that the props of a construct break. */
export interface BrokenRule {
  /** Stable name of the rule, PascalCase, for example `QuotaLimitNotPositive`. */
  readonly code: string;
  /** The prop as written, the value got, the values allowed and the fix. */
  readonly message: string;
}
