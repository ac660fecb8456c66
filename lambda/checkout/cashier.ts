import { EMPTY_BILLING } from '../../lib/domain/billing/registers';
import type { AccountRecord } from '../../lib/domain/account';
import type { PayAction } from '../../lib/domain/pay-link';
import { payingCustomer, paymentStep, type PaymentStep } from '../../lib/domain/payment-step';
import type { PlanDefinition } from '../../lib/domain/plan';
import type { BillingTable } from '../billing';
import type { CheckoutBook } from '../store/checkout-book';
import { HttpProblem } from '../http/http';
import { openCheckout } from './open-checkout';
import type { CheckoutSettings } from './settings';
import type { PortalFlow } from './stripe-sales';
import type { Till } from './till';

export interface CashierPorts {
  readonly settings: CheckoutSettings;
  /** Of the catalogue, cheapest first. */
  readonly plans: readonly PlanDefinition[];
  readonly table: BillingTable;
  readonly book: CheckoutBook;
  readonly till: Till;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** Whom to lead where, and where to take them afterwards. */
export interface Visit {
  readonly account: string;
  readonly wanted: PayAction;
  readonly plan?: string;
  /** Of the plan; absent: its first. */
  readonly price?: string;
  readonly successUrl: string;
  readonly cancelUrl: string;
  /** What asks for it: the same again makes no second checkout session. */
  readonly seed: string;
  /** When it was said that there may be such an account, milliseconds since the epoch: one erased since stays erased. */
  readonly vouchedAt: number;
}

export type Lead =
  | { readonly kind: 'go'; readonly url: string; readonly step: PaymentStep['kind'] }
  | { readonly kind: 'choose'; readonly plans: readonly PlanDefinition[] }
  | { readonly kind: 'nothing-owed' }
  | { readonly kind: 'contact-seller' };

type Purchase = Extract<PaymentStep, { kind: 'subscribe' }>;
type Completion = Extract<PaymentStep, { kind: 'complete-payment' }>;

const ERASED = new HttpProblem(
  410,
  'Account erased',
  'the account of this payment link has been erased since; call the API again: its answer says what to do',
);

const BILLING_ONLY = new HttpProblem(
  409,
  'Not by this link',
  'the plan of this account is changed by its owner, with a key that has the scope billing: POST /billing/portal',
);

/** A session that was paid meanwhile changes what is owed; more than one of them is not noted. */
const MAX_ROUNDS = 3;

/** Leads an account to the page of Stripe that fixes what is wrong with its payment. */
export class Cashier {
  constructor(private readonly ports: CashierPorts) {}

  async lead(visit: Visit): Promise<Lead> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const step = await this.nextStep(visit);
      if (step.kind !== 'subscribe') return this.mend(step);
      if (step.plans.length > 1) return { kind: 'choose', plans: step.plans };
      const opened = await this.sell(step, step.plans[0]!, visit);
      if (opened.kind === 'open') return { kind: 'go', url: opened.url, step: step.kind };
    }
    return { kind: 'nothing-owed' };
  }

  /** What an account is sold, or why it is sold nothing; opens no other page. */
  async subscribe(visit: Omit<Visit, 'wanted'>): Promise<Lead> {
    const wanted = { ...visit, wanted: 'subscribe' } as const;
    const { kind } = await this.nextStep(wanted);
    return kind === 'subscribe' || kind === 'contact-seller' ? this.lead(wanted) : { kind: 'nothing-owed' };
  }

  /**
   * The portal with everything in it: for those who have proven that they may see it.
   *
   * @returns `undefined` when the account has never bought anything
   */
  async portal(account: string, returnUrl: string): Promise<string | undefined> {
    const { table, till, settings } = this.ports;
    const customer = payingCustomer((await table.readBilling(account))?.state ?? EMPTY_BILLING);
    if (customer === undefined) return undefined;
    const { sales } = await till.unlock();
    return sales.portal({ customer, returnUrl, configuration: settings.portalConfiguration });
  }

  private async nextStep({ account, wanted, plan }: Visit): Promise<PaymentStep> {
    const { table, plans, clock } = this.ports;
    const record: AccountRecord | undefined = await table.readAccount(account);
    if (record?.suspended) return { kind: 'contact-seller' };
    const billing = (await table.readBilling(account))?.state ?? EMPTY_BILLING;
    return paymentStep({
      wanted,
      billing,
      plans,
      now: clock(),
      ...(plan !== undefined && { plan }),
      ...(record && { account: record }),
    });
  }

  private async sell(step: Purchase, plan: PlanDefinition, visit: Visit) {
    const { table, book, till, settings } = this.ports;
    const { account, price = plan.priceIds![0]!, successUrl, cancelUrl, seed, vouchedAt } = visit;
    // A token may vouch for an account that is not there yet; its payment must find one.
    if (!(await table.openAccount(account, vouchedAt))) throw ERASED;
    const desk = {
      book,
      till: await till.unlock(),
      links: till.links,
      testMode: settings.stripe.testMode,
    };
    const order = {
      account,
      opensAccount: false,
      price,
      trialDays: step.trial ? plan.trialDays : 0,
      successUrl,
      cancelUrl,
      ...(step.customer !== undefined && { customer: step.customer }),
    };
    return openCheckout(desk, order, seed);
  }

  private async mend(step: Exclude<PaymentStep, Purchase>): Promise<Lead> {
    switch (step.kind) {
      case 'nothing-owed':
      case 'contact-seller':
        return { kind: step.kind };
      case 'update-payment-method':
        return this.visitPortal(step, { type: 'payment_method_update' });
      case 'change-plan':
        if (!this.ports.settings.planChangesByLink) throw BILLING_ONLY;
        return this.visitPortal(step, { type: 'subscription_update', subscription: step.subscription });
      case 'complete-payment':
        return this.collect(step);
    }
  }

  /**
   * The invoice that is owed. The newest may be a draft that nobody can pay: for an hour after each renewal, and for good
   * where Stripe has given up on a subscription (`unpaid`). Then the newest open one is what brings it back.
   *
   * @see https://docs.stripe.com/billing/subscriptions/overview
   */
  private async collect(step: Completion): Promise<Lead> {
    const { sales } = await this.ports.till.unlock();
    const newest = await sales.invoice(step.invoice);
    // Its event is under way.
    if (newest.status === 'paid') return { kind: 'nothing-owed' };
    const owed = newest.status === 'open' ? newest : await sales.openInvoice(step.subscription);
    if (owed?.url !== undefined) return { kind: 'go', url: owed.url, step: step.kind };
    // Nothing is there to be paid: what can be mended is the card.
    return this.visitPortal(step, { type: 'payment_method_update' });
  }

  private async visitPortal(
    { kind, customer }: { readonly kind: PaymentStep['kind']; readonly customer: string },
    flow: PortalFlow,
  ): Promise<Lead> {
    const { returnUrl, portalConfiguration: configuration } = this.ports.settings;
    const { sales } = await this.ports.till.unlock();
    const url = await sales.portal({ customer, returnUrl, flow, configuration });
    return { kind: 'go', url, step: kind };
  }
}
