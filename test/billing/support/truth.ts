import type { LapseReason } from '../../../lib/domain/reason';
import { DAY } from './clock';
import type { StripeModel, TrueSubscription } from './stripe-model';
import { GRACE_DAYS, SLACK } from './terms';

export interface Truth {
  readonly plan: string;
  readonly accessUntil: number;
  readonly lapseReason: LapseReason;
}

/**
 * What the account must come to, told from the model's ledger alone: from money received and owed, and from what the
 * provider will do next. Knows nothing of events, registers or orders. For accounts with one live subscription.
 */
export function truthOf(model: StripeModel): Truth {
  const live = model.subscriptions.find(({ status }) => !['canceled', 'incomplete_expired'].includes(status));
  const one = live ?? model.subscription;
  const plan = one.items[0]!.price.replace('price_', '').replace('_yearly', '');
  const access = accessOf(one, model);
  if (one.reversedAt !== undefined && one.reversedAt < access.accessUntil) {
    return { plan, accessUntil: one.reversedAt, lapseReason: 'payment_failed' };
  }
  return { plan, ...access };
}

function accessOf(one: TrueSubscription, model: StripeModel): Omit<Truth, 'plan'> {
  const moneyUntil = one.paid.at(-1)?.end ?? 0;
  const willEnd = one.cancelAt !== undefined && one.cancelAt <= one.periodEnd;
  switch (one.status) {
    case 'incomplete':
      return { accessUntil: 0, lapseReason: 'payment_incomplete' };
    case 'incomplete_expired':
      return { accessUntil: 0, lapseReason: 'no_subscription' };
    case 'trialing': {
      const converts = one.card || model.customerCard || one.withoutCard === 'create_invoice';
      return { accessUntil: one.trialEnd! + (converts && !willEnd ? SLACK : 0), lapseReason: 'trial_ended' };
    }
    case 'active': {
      if (one.pause?.behavior === 'void')
        return { accessUntil: moneyUntil, lapseReason: 'subscription_paused' };
      const free = one.pause === undefined ? 0 : one.periodEnd;
      const onAccount = one.sendInvoice ? one.periodStart + one.sendInvoice.daysUntilDue * DAY : 0;
      const until = Math.max(moneyUntil, free, onAccount);
      return willEnd
        ? { accessUntil: Math.min(until, one.cancelAt!), lapseReason: 'subscription_canceled' }
        : { accessUntil: until + SLACK, lapseReason: 'payment_failed' };
    }
    case 'past_due':
      return { accessUntil: one.owedSince! + GRACE_DAYS * DAY, lapseReason: 'payment_failed' };
    case 'unpaid':
      return { accessUntil: Math.min(moneyUntil, one.owedSince!), lapseReason: 'payment_failed' };
    case 'paused':
      return { accessUntil: one.trialEnd!, lapseReason: 'subscription_paused' };
    default: {
      const trialOnly =
        one.trialEnd !== undefined && moneyUntil <= one.trialEnd && one.endedAt! >= one.trialEnd;
      return {
        accessUntil: Math.min(moneyUntil, one.endedAt!),
        lapseReason: trialOnly ? 'trial_ended' : 'subscription_canceled',
      };
    }
  }
}
