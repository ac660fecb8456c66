import type { Paywall } from '../paywall/paywall';

/** Props of `AccountApi`. */
export interface AccountApiProps {
  /** The paywall on whose API the routes are served, and whose accounts they show. */
  readonly paywall: Paywall;

  /**
   * First path segment of the routes.
   *
   * @default 'account'
   */
  readonly pathPart?: string;
}
