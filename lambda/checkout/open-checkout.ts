import { createHash } from 'node:crypto';
import type { LinkSecrets } from '../billing-webhook/link-secrets';
import type { CheckoutBook } from '../store/checkout-book';
import { NotLinked } from './not-linked';
import { settleSession } from './settlement';
import { spendsKey, stripeFault } from './stripe-fault';
import type { OpenSession, Order } from './stripe-sales';
import type { OpenTill } from './till';

export type OpenedCheckout =
  | { readonly kind: 'open'; readonly url: string }
  /** The session before this one was paid meanwhile, and the account shows it now. */
  | { readonly kind: 'settled' };

export interface CheckoutDesk {
  readonly book: CheckoutBook;
  readonly till: OpenTill;
  readonly links: LinkSecrets;
  readonly testMode: boolean;
}

/** Whoever opens a session at the same time gets through each time that this one does not. */
const MAX_ATTEMPTS = 5;
/** In the place of an order: the session was paid, and the account shows it. */
const SETTLED = 'settled';

/**
 * Opens the account's one checkout session. The one before it is looked at first:
 *
 * | Session before | Then |
 * | --- | --- |
 * | open, for the same order | it is this one |
 * | open, for another order | it is ended: both could be paid |
 * | complete | it is settled, in case that its event is late or lost; one that cannot be stops all sales |
 * | expired, gone, settled | a new one is opened |
 *
 * @param seed what asks for it, such as the token of a link: the same again makes no second session
 * @throws HttpProblem 409 when the session before was paid and cannot be linked
 */
export async function openCheckout(desk: CheckoutDesk, order: Order, seed: string): Promise<OpenedCheckout> {
  const { book, till, links } = desk;
  const { account } = order;
  const name = digest(order);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const noted = await book.read(account);
    if (noted !== undefined && noted.order !== SETTLED) {
      const before = await lookAt(desk, account, noted.session);
      if (before.kind === 'settled') return before;
      if (before.kind === 'open') {
        if (noted.order === name) return before;
        // Paid or expired at this very moment: it is looked at again.
        if (!(await ended(till, noted.session))) continue;
      }
    }
    const [secret] = await links.all();
    const opened = await openOnce(till, order, secret!, digest([seed, name, noted?.session]));
    if (await book.note(account, { session: opened.id, order: name }, noted?.session)) {
      return { kind: 'open', url: opened.url };
    }
    // Another one was noted: nobody may pay this one.
    await ended(till, opened.id);
  }
  throw new Error(`checkout sessions of account ${account} changed during ${MAX_ATTEMPTS} attempts`);
}

/** Who repeats it gets the session whose answer was lost; a key whose answer is a failure is of no use to anybody any more. */
async function openOnce(
  { sales }: OpenTill,
  order: Order,
  secret: string,
  key: string,
): Promise<OpenSession> {
  try {
    return await sales.open(order, secret, key);
  } catch (error) {
    if (!spendsKey(error)) throw error;
    return sales.open(order, secret);
  }
}

async function lookAt(
  { book, till, links, testMode }: CheckoutDesk,
  account: string,
  id: string,
): Promise<OpenedCheckout | { readonly kind: 'over' }> {
  const look = await till.sales.session(id);
  const { status, url } = look?.session ?? {};
  if (status === 'open' && typeof url === 'string') return { kind: 'open', url };
  if (look === undefined || status !== 'complete') return { kind: 'over' };
  const settled = await settleSession(look, till, await links.judging(look.session), testMode);
  // The account does not show the payment, and would be sold a second one.
  if (settled.kind !== 'applied') throw new NotLinked({ account, session: id }, settled);
  await book.note(account, { session: id, order: SETTLED }, id);
  return { kind: 'settled' };
}

async function ended({ sales }: OpenTill, session: string): Promise<boolean> {
  try {
    await sales.expire(session);
    return true;
  } catch (error) {
    if (stripeFault(error)?.passes === false) return false;
    throw error;
  }
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}
