import type * as events from 'aws-cdk-lib/aws-events';
import { EVENT_SOURCE } from '../domain/billing/account-events';
import type { AccountEventType } from './account-event-type';

/** Rules on a bus that is known by name only: in another stack, or another program. */
export class AccountEvents {
  /** `source` of every event of an account. */
  public static readonly SOURCE = EVENT_SOURCE;

  /**
   * Pattern of a rule that hears of changes of accounts.
   *
   * @param types what to hear of; none: everything
   */
  public static pattern(...types: AccountEventType[]): events.EventPattern {
    return { source: [AccountEvents.SOURCE], ...(types.length > 0 && { detailType: types }) };
  }

  private constructor() {}
}
