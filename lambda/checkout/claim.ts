import { readClaimLink, type ClaimLinkReading } from '../../lib/domain/claim-link';
import type { BillingTable } from '../billing';
import { reference } from '../billing/json';
import { linkedAccount, opensAccount } from '../billing/stripe/link-claim';
import { HttpProblem } from '../http/http';
import type { FirstKey } from '../store/first-key';
import type { CheckoutSettings } from './settings';
import { NotLinked } from './not-linked';
import { settleSession } from './settlement';
import type { SessionLook } from './stripe-sales';
import type { Till } from './till';

export interface ClaimPorts {
  readonly settings: CheckoutSettings;
  readonly table: BillingTable;
  readonly till: Till;
  /** Makes the account's first key, once. */
  readonly makeFirstKey: (account: string) => Promise<FirstKey>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
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
  { settings, table, till, makeFirstKey, clock }: ClaimPorts,
): Promise<Claimed> {
  const now = clock();
  const link = await till.links.read<ClaimLinkReading>(
    (secrets) => readClaimLink(token ?? '', secrets, now),
    ({ kind }) => kind !== 'unknown',
  );
  if (link.kind === 'unknown' || sessionId === undefined || !SESSION_ID.test(sessionId)) {
    throw new HttpProblem(400, 'Not a claim', UNKNOWN);
  }
  const { account } = link;
  if (link.kind === 'expired') throw expired(account);
  if ((await table.readErasure(account)) !== undefined) throw erased(account);
  const open = await till.unlock();
  const look = await open.sales.session(sessionId);
  const secrets = await till.links.judging(look?.session ?? {});
  requireSale(look, account, secrets, settings.stripe.testMode);
  const settled = await settleSession(look, open, secrets, settings.stripe.testMode);
  if (settled.kind === 'conflict' && settled.conflict === 'erased_account') throw erased(account);
  if (settled.kind !== 'applied') throw new NotLinked({ account, session: sessionId }, settled);
  const made = await makeFirstKey(account);
  if (made.kind === 'made') return { account, key: made.key };
  if (made.kind === 'no-account') throw new Error(`account ${account} is gone`);
  throw new HttpProblem(
    410,
    'Claimed already',
    `the first key of the account ${account} has been shown; if you have lost it, ask the seller for a new one`,
  );
}

function expired(account: string): HttpProblem {
  const detail =
    'this address was good for 30 days; if the payment was made, ask the seller for a key of the account ' +
    account;
  return new HttpProblem(410, 'Claim expired', detail);
}

/** Erased is for good: neither an old address nor an old payment brings it back. */
function erased(account: string): HttpProblem {
  return new HttpProblem(410, 'Account erased', `the account ${account} has been erased; contact the seller`);
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
