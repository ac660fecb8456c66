import type * as events from 'aws-cdk-lib/aws-events';
import type { AccountEventType } from './account-event-type';

/** A rule for events of accounts. `eventPattern` narrows it further, as in `{ detail: { plan: ['pro'] } }`. */
export interface OnAccountEventOptions extends events.OnEventOptions {
  /**
   * What to hear of.
   *
   * @default - everything
   */
  readonly types?: AccountEventType[];
}
