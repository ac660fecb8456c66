import { StripeModel as Model, type TrueSubscription } from '../../../cli/webhook/stripe/stripe-model';
import { START } from './clock';
import type { ApiVersion } from './stripe-objects';

export type { TrueSubscription };

export const LINK_SECRET = 'a secret of the tests that signs checkout sessions';

/** The provider of these tests: its subscriptions begin on the same day. */
export class StripeModel extends Model {
  constructor(customer = 'cus_buyer', api: ApiVersion = 'basil') {
    super({ customer, api, linkSecret: LINK_SECRET, now: START });
  }
}
