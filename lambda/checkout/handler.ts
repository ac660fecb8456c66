import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { callerOf } from '../http/caller';
import { HttpProblem, json } from '../http/http';
import { isLookAhead } from '../http/request';
import { refusal, shown } from './answer';
import { Cashier } from './cashier';
import { checkoutLine, type CheckoutEntry, type CheckoutOutcome } from './checkout-log';
import { claim, type ClaimPorts } from './claim';
import { Deadline } from './deadline';
import { NotLinked } from './not-linked';
import { buy, pay, type Answered, type PayPorts } from './pay';
import { readPurchase, readReturnUrl } from './purchase-request';
import { stripeFault } from './stripe-fault';

export interface CheckoutPorts extends PayPorts, ClaimPorts {
  /** Receives one line per request. */
  readonly log: (line: string) => void;
  readonly functionName: string;
  /** Longest wait for an answer, milliseconds. */
  readonly answerMs: number;
}

type Told = Pick<CheckoutEntry, 'account' | 'session' | 'cause' | 'hint'>;
type Route = (event: APIGatewayProxyEvent, deadline: Deadline) => Promise<Answered>;

/** Seconds after which a provider that was away is worth another try. */
const RETRY_AFTER = 5;

/**
 * For as long as this, milliseconds, the same order of the same account is the same request to Stripe, whose answer may
 * have been lost. Half as long as a session stays open: the one that was made then can still be paid.
 */
const SAME_ORDER_MS = 12 * 3_600_000;

/** Payment pages: sessions for those who carry the scope, links for those who hold one, keys for those who paid. */
export function createCheckout(
  ports: CheckoutPorts,
): (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult> {
  const { clock, log, functionName, answerMs } = ports;
  const cashier = new Cashier(ports);
  const routes: Readonly<Record<string, Route>> = {
    'GET pay': (event) => pay(event, cashier, ports),
    'POST pay': (event) => buy(event, ports),
    'GET claim': (event, deadline) => showClaim(event, deadline, ports),
    'POST checkout': (event) => openCheckout(event, cashier, ports),
    'POST portal': (event) => openPortal(event, cashier, ports),
  };

  return async (event) => {
    const startedAt = clock();
    const name = nameOf(event, ports);
    const tell = (outcome: CheckoutOutcome, status: number, told: Told): void => {
      const { requestId } = event.requestContext;
      const entry = { route: name, status, ...told, requestId, durationMs: clock() - startedAt };
      log(checkoutLine(outcome, entry, functionName, startedAt));
    };
    try {
      const route = routes[name];
      if (!route)
        throw new HttpProblem(404, 'Not found', `${event.httpMethod} ${event.resource} is not served`);
      if (isLookAhead(event)) {
        throw new HttpProblem(
          503,
          'Not fetched ahead',
          'this address is for those who have decided to open it',
        );
      }
      const deadline = new Deadline(answerMs);
      const { result, outcome, account } = await deadline.meet(route(event, deadline));
      tell(outcome, result.statusCode, account === undefined ? {} : { account });
      return result;
    } catch (error) {
      if (error instanceof NotLinked) {
        tell('not-linked', error.status, error.told);
        return refusal(event, error);
      }
      const refused = error instanceof HttpProblem ? error : undefined;
      const { problem, cause } = refused ? { problem: refused, cause: refused.message } : faultOf(error);
      tell(refused ? 'refused' : 'fault', problem.status, { cause });
      return refusal(event, problem);
    }
  };
}

/** Verb and what the path is for, wherever the routes are mounted. */
function nameOf({ httpMethod, resource }: APIGatewayProxyEvent, { settings }: CheckoutPorts): string {
  const verb = httpMethod === 'HEAD' ? 'GET' : httpMethod;
  const billing = settings.claimPath.slice(0, -'claim'.length);
  return `${verb} ${resource.startsWith(billing) ? resource.slice(billing.length) : 'pay'}`;
}

async function showClaim(
  event: APIGatewayProxyEvent,
  deadline: Deadline,
  ports: ClaimPorts,
): Promise<Answered> {
  const { session, t } = event.queryStringParameters ?? {};
  const { account, key } = await claim(session, t, {
    ...ports,
    // A key that is made when nobody waits for it would be shown to nobody.
    makeFirstKey: async (account) => {
      deadline.commit();
      return ports.makeFirstKey(account);
    },
  });
  const paragraphs = [
    'Thank you. This is your account and its first API key. The key is shown this once: copy it now, and keep it secret.',
  ];
  const told = { title: 'Your API key', paragraphs, values: { Account: account, 'API key': key } };
  return { result: shown(event, 200, told, { account, key }), outcome: 'claimed', account };
}

async function openCheckout(
  event: APIGatewayProxyEvent,
  cashier: Cashier,
  { plans, settings, clock }: CheckoutPorts,
): Promise<Answered> {
  const { accountId: account } = callerOf(event);
  const lead = await cashier.subscribe({
    account,
    ...readPurchase(event, plans, settings),
    seed: String(Math.floor(clock() / SAME_ORDER_MS)),
    vouchedAt: clock(),
  });
  switch (lead.kind) {
    case 'go':
      return { result: json(201, { url: lead.url }), outcome: 'sent-to-checkout', account };
    case 'choose':
      throw new HttpProblem(
        400,
        'Bad request',
        `plan must be one of ${lead.plans.map(({ id }) => id).join(', ')}`,
      );
    case 'nothing-owed':
      throw new HttpProblem(
        409,
        'Subscribed already',
        'the account has a subscription; POST to the portal to look after it',
      );
    case 'contact-seller':
      throw new HttpProblem(
        409,
        'Nothing to buy',
        'there is nothing that this account can buy; contact the seller',
      );
  }
}

async function openPortal(
  event: APIGatewayProxyEvent,
  cashier: Cashier,
  { settings }: CheckoutPorts,
): Promise<Answered> {
  const { accountId: account } = callerOf(event);
  const url = await cashier.portal(account, readReturnUrl(event, settings));
  if (url === undefined) {
    throw new HttpProblem(
      409,
      'No purchase yet',
      'the account has never bought anything; POST to checkout first',
    );
  }
  return { result: json(201, { url }), outcome: 'sent-to-portal', account };
}

function faultOf(error: unknown): { readonly problem: HttpProblem; readonly cause: string } {
  const stripe = stripeFault(error);
  if (stripe && !stripe.passes) {
    const detail = 'the payment provider refused what we asked; the seller finds why in the log';
    return { problem: new HttpProblem(500, 'Internal error', detail), cause: stripe.cause };
  }
  const detail = 'the payment page cannot be opened at the moment; try again';
  return {
    problem: new HttpProblem(503, 'Service unavailable', detail, RETRY_AFTER),
    cause: stripe?.cause ?? String(error),
  };
}
