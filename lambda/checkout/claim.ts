import { readClaimLink } from '../../lib/domain/claim-link';
import { reference } from '../billing/json';
import { linkedAccount, opensAccount } from '../billing/stripe/link-claim';
import { HttpProblem } from '../http/http';
import type { FirstKey } from '../store/first-key';
import type { CheckoutSettings } from './settings';
import { notLinked, settleSession } from './settlement';
import type { SessionLook } from './stripe-sales';
import type { Till } from './till';

export interface ClaimPorts {
  readonly settings: CheckoutSettings;
  readonly till: Till;
  /** Makes the account's first key, once. */
  readonly makeFirstKey: (account: string) => Promise<FirstKey>;
}

export interface Claimed {
  readonly account: string;
  readonly key: string;
}

/** As Stripe makes them; anything else is not asked about. */
const SESSION_ID = /^cs_(test|live)_[A-Za-z0-9]{1,255}$/;
/** A trial costs nothing at first. */
const PAID: readonly unknown[] = ['paid', 'no_payment_required'];

const UNKNOWN = 'this is not the address to which a payment returns; open it exactly as it was given to you';

/**
 * Gives whoever has paid their account and its first key.
 *
 * ```
 * link believed -> session complete, paid, sold here -> account opened, linked, paid up -> key and mark, one write
 * ```
 * Everything before the last write can be repeated, and comes to the same whether the session's event came first,
 * comes later or not at all.
 *
 * @throws HttpProblem
 */
export async function claim(
  sessionId: string | undefined,
  token: string | undefined,
  { settings, till, makeFirstKey }: ClaimPorts,
): Promise<Claimed> {
  const account = await till.read(
    (secrets) => readClaimLink(token ?? '', secrets),
    (read) => read !== undefined,
  );
  if (account === undefined || sessionId === undefined || !SESSION_ID.test(sessionId)) {
    throw new HttpProblem(400, 'Not a claim', UNKNOWN);
  }
  const open = await till.unlock();
  const look = await open.sales.session(sessionId);
  const secrets = await till.linkSecrets();
  requireSale(look, account, secrets, settings.stripe.testMode);
  const settled = await settleSession(look, open, secrets, settings.stripe.testMode);
  if (settled.kind !== 'applied') throw notLinked(account);
  const made = await makeFirstKey(account);
  if (made.kind === 'made') return { account, key: made.key };
  if (made.kind === 'no-account') throw new Error(`account ${account} is gone`);
  throw new HttpProblem(
    410,
    'Claimed already',
    `the first key of the account ${account} has been shown; if you have lost it, ask the seller for a new one`,
  );
}

function requireSale(
  look: SessionLook | undefined,
  account: string,
  secrets: readonly string[],
  testMode: boolean,
): asserts look is SessionLook {
  const session = look?.session ?? {};
  const ours = linkedAccount(session, secrets) === account && opensAccount(session, secrets);
  if (look === undefined || !ours || (session.livemode === true) === testMode) {
    throw new HttpProblem(400, 'Not a claim', UNKNOWN);
  }
  if (session.status === 'expired') {
    throw new HttpProblem(410, 'Not paid', 'the payment page has expired without a payment; start again');
  }
  const paid = session.status === 'complete' && PAID.includes(session.payment_status);
  if (!paid || reference(session.customer) === undefined) {
    throw new HttpProblem(
      409,
      'Not paid yet',
      'the payment is not complete yet; open this address again when it is',
      30,
    );
  }
}
