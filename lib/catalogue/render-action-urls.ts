import type { Action } from '../domain/reason';
import type { ActionUrls } from './action-urls';

/** The props by the names that a caller sees in `action`. */
const ACTION_OF_PROP: Readonly<Record<keyof ActionUrls, Action>> = {
  subscribe: 'subscribe',
  updatePaymentMethod: 'update_payment_method',
  completePayment: 'complete_payment',
  upgradePlan: 'upgrade_plan',
  resume: 'resume',
  contactSeller: 'contact_seller',
};

export function renderActionUrls(urls: ActionUrls): Partial<Record<Action, string>> {
  const entries = Object.entries(urls).filter(([, url]) => url !== undefined);
  return Object.fromEntries(
    entries.map(([prop, url]) => [ACTION_OF_PROP[prop as keyof ActionUrls], url as string]),
  );
}
