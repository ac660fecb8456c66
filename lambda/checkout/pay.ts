import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { CLAIM_LINK_LIFETIME_MS, signClaimLink } from '../../lib/domain/claim-link';
import { payLinkMadeAfter, readPayLink, type PayLinkReading } from '../../lib/domain/pay-link';
import type { PlanDefinition } from '../../lib/domain/plan';
import { HttpProblem } from '../http/http';
import { apiBase } from '../http/api-base';
import { redirect, shown } from './answer';
import type { Cashier, CashierPorts, Lead } from './cashier';
import type { CheckoutOutcome } from './checkout-log';
import { planOnSale } from './purchase-request';

export interface PayPorts extends CashierPorts {
  /** A new account id, not to be guessed. */
  readonly newAccountId: () => string;
}

export interface Answered {
  readonly result: APIGatewayProxyResult;
  readonly outcome: CheckoutOutcome;
  readonly account?: string;
}

const AGAIN = 'call the API again: its answer carries a new one';
const NO_LINK: Readonly<Record<Exclude<PayLinkReading['kind'], 'valid'>, HttpProblem>> = {
  malformed: new HttpProblem(400, 'Not a payment link', `this payment link is damaged; ${AGAIN}`),
  // Which secret is believed, and which was, is nobody's business.
  forged: new HttpProblem(400, 'Not a payment link', `this payment link is not valid; ${AGAIN}`),
  expired: new HttpProblem(410, 'Payment link expired', `this payment link has expired; ${AGAIN}`),
};

/**
 * `GET /pay`: with a link's token, whatever its account needs. Without one it shows what is on sale and asks Stripe nothing:
 * crawlers, previews of links and whoever floods the route have no token that is signed.
 */
export async function pay(event: APIGatewayProxyEvent, cashier: Cashier, ports: PayPorts): Promise<Answered> {
  const { t: token, plan } = event.queryStringParameters ?? {};
  const asked = plan === undefined ? undefined : planOnSale(plan, ports.plans).id;
  if (token === undefined) return offer(event, onSale(asked, ports));

  const now = ports.clock();
  const read = await ports.till.links.read(
    (secrets) => readPayLink(token, secrets, now),
    ({ kind }) => kind !== 'forged',
  );
  if (read.kind !== 'valid') throw NO_LINK[read.kind];
  const { account, action: wanted, plan: suggested, expiresAt } = read.link;
  const { successUrl, cancelUrl, payLinkLifetimeMs } = ports.settings;
  const target = asked ?? suggested;
  const lead = await cashier.lead({
    account,
    wanted,
    successUrl,
    cancelUrl,
    seed: token,
    vouchedAt: payLinkMadeAfter(expiresAt, payLinkLifetimeMs),
    ...(target !== undefined && { plan: target }),
  });
  return { ...answer(event, lead, { t: token }), account };
}

/** `POST /pay`: a purchase by someone without an account, who has decided to. */
export async function buy(event: APIGatewayProxyEvent, ports: PayPorts): Promise<Answered> {
  const { plan: name } = event.queryStringParameters ?? {};
  const asked = name === undefined ? undefined : planOnSale(name, ports.plans).id;
  const plans = onSale(asked, ports);
  const [plan, ...others] = plans;
  if (plan === undefined) return answer(event, { kind: 'contact-seller' });
  if (others.length > 0) return offer(event, plans);

  const { settings, till, newAccountId, clock } = ports;
  const account = newAccountId();
  const { sales } = await till.unlock();
  const [secret] = await till.links.all();
  // Stripe puts the session's id in the place of the braces.
  const right = signClaimLink({ account, expiresAt: clock() + CLAIM_LINK_LIFETIME_MS }, secret!);
  const claim = `session={CHECKOUT_SESSION_ID}&t=${right}`;
  const { url } = await sales.open(
    {
      account,
      opensAccount: true,
      price: plan.priceIds![0]!,
      trialDays: plan.trialDays,
      successUrl: `${addressOf(event)}${settings.claimPath}?${claim}`,
      cancelUrl: settings.cancelUrl,
    },
    secret!,
  );
  return { ...answer(event, { kind: 'go', url, step: 'subscribe' }), account };
}

function onSale(asked: string | undefined, { plans }: PayPorts): readonly PlanDefinition[] {
  return plans.filter(({ id, priceIds = [] }) => priceIds.length > 0 && (asked ?? id) === id);
}

/** @throws Error when the event does not say: API Gateway always does */
function addressOf(event: APIGatewayProxyEvent): string {
  const base = apiBase(event);
  if (base === undefined) throw new Error('the event does not say where the API was reached');
  return base;
}

/** @param query that the choice of a plan is added to */
function answer(
  event: APIGatewayProxyEvent,
  lead: Lead,
  query: Readonly<Record<string, string>> = {},
): Answered {
  switch (lead.kind) {
    case 'go':
      return {
        result: redirect(lead.url),
        outcome: lead.step === 'subscribe' ? 'sent-to-checkout' : 'sent-to-portal',
      };
    case 'choose':
      return { result: choice(event, lead.plans, query), outcome: 'answered' };
    case 'nothing-owed': {
      const detail = 'The subscription of this account is in order. Call the API again.';
      const told = { title: 'Nothing to pay', paragraphs: [detail] };
      return { result: shown(event, 200, told, { status: 'nothing_owed', detail }), outcome: 'answered' };
    }
    case 'contact-seller':
      throw new HttpProblem(
        409,
        'Nothing to pay',
        'no payment changes what this account may do; contact the seller',
      );
  }
}

/** What somebody without an account can buy. */
function offer(event: APIGatewayProxyEvent, plans: readonly PlanDefinition[]): Answered {
  if (plans.length === 0) return answer(event, { kind: 'contact-seller' });
  const offers = plans.map(({ id: plan }) => ({
    plan,
    method: 'POST',
    url: `${addressOf(event)}${event.resource}?${new URLSearchParams({ plan }).toString()}`,
  }));
  const actions = offers.map(({ plan, url }) => ({ to: url, text: plan }));
  const title = plans.length > 1 ? 'Choose a plan' : 'Continue to payment';
  const told = { title, paragraphs: ['The next page shows its price.'], actions };
  return { result: shown(event, 200, told, { plans: offers }), outcome: 'answered' };
}

function choice(
  event: APIGatewayProxyEvent,
  plans: readonly PlanDefinition[],
  query: Readonly<Record<string, string>>,
): APIGatewayProxyResult {
  const offers = plans.map(({ id }) => ({
    plan: id,
    url: `${addressOf(event)}${event.resource}?${new URLSearchParams({ ...query, plan: id }).toString()}`,
  }));
  const links = offers.map(({ plan, url }) => ({ href: url, text: plan }));
  const told = { title: 'Choose a plan', paragraphs: ['The next page shows its price.'], links };
  return shown(event, 200, told, { plans: offers });
}
