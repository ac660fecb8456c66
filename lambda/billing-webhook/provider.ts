import type { StripeReceipt } from '../billing';
import type { Json } from '../billing/json';
import type { WebhookRequest } from '../billing';

/** An event whose signature is good. */
export interface OpenedEvent {
  readonly id: string;
  readonly type: string;
  readonly content: Json;
}

/** A biller that sends events. */
export interface Provider {
  /** Last segment of its route. */
  readonly name: string;
  /**
   * @param receivedAt milliseconds since the epoch
   * @throws WebhookRefused or WrongMode when the event is not to be believed; anything else: it could not be checked
   */
  open(request: WebhookRequest, receivedAt: number): Promise<OpenedEvent>;
  /**
   * Stores and projects; may be repeated.
   *
   * @throws WebhookRefused when the event is believed and makes no sense; anything else: it has to come again
   */
  apply(content: Json): Promise<StripeReceipt>;
}

/** An event of the test mode at an endpoint for real money, or the reverse. */
export class WrongMode extends Error {
  override readonly name = 'WrongMode';
}
