import { ACCOUNT_ID_PATTERN } from './key';
import type { Action } from './reason';
import { readSignedText, signText } from './signed-text';

/** What a link can lead to; a seller is contacted by other means. */
export type PayAction = Exclude<Action, 'contact_seller'>;

/** What a pay link says. Whoever holds one may pay for the account, and learns nothing else about it. */
export interface PayLink {
  readonly account: string;
  /** What the refusal asked for. The route decides by the account as it is when the link is followed. */
  readonly action: PayAction;
  /** Plan that would do, where the refusal named one. */
  readonly plan?: string;
  /** Milliseconds since the epoch; the link is worth nothing from then on. */
  readonly expiresAt: number;
}

export type PayLinkReading =
  | { readonly kind: 'valid'; readonly link: PayLink }
  /** Not a text that {@link signPayLink} makes: cut off on its way, perhaps. */
  | { readonly kind: 'malformed' }
  /** Signed by nobody whose secret is believed: changed, or older than the rotation of the secret. */
  | { readonly kind: 'forged' }
  /** Was good once; the next refusal carries a new one. */
  | { readonly kind: 'expired' };

/** An hour: long enough to find a card, too short to matter in a log. */
const HAND_MS = 3_600_000;
/** Links of one window are equal, so that a client which calls in a loop is always given the same one. */
const WINDOW_MS = 300_000;

const CODES: Readonly<Record<PayAction, string>> = {
  subscribe: 's',
  update_payment_method: 'm',
  complete_payment: 'c',
  upgrade_plan: 'u',
  resume: 'r',
};
const PLAN_ID_PATTERN = /^[a-z][a-z0-9-]{0,31}$/;
/** `action account expiry [plan]`; the expiry in milliseconds, base 36. */
const TEXT = /^([a-z]) ([a-z0-9]{1,40}) (0|[1-9a-z][0-9a-z]{0,9})(?: ([a-z][a-z0-9-]{0,31}))?$/;

/**
 * How long a link lives at least, milliseconds: an hour in the hand of whoever is given it last.
 *
 * @param cachedMs how long API Gateway may go on giving out the answer that it stands in
 */
export function payLinkLifetime(cachedMs: number): number {
  return cachedMs + HAND_MS;
}

/** When a link that is made at `now` ends: a lifetime later, at the end of a window of five minutes. */
export function payLinkExpiry(now: number, lifetimeMs: number): number {
  return Math.ceil((now + lifetimeMs) / WINDOW_MS) * WINDOW_MS;
}

/** The earliest instant at which a link that ends at `expiresAt` can have been made. */
export function payLinkMadeAfter(expiresAt: number, lifetimeMs: number): number {
  return expiresAt - lifetimeMs - WINDOW_MS;
}

/**
 * @param secret at least 32 characters that nobody else knows
 * @returns text that can stand in a query as it is
 * @throws RangeError when a part is malformed
 */
export function signPayLink({ account, action, plan, expiresAt }: PayLink, secret: string): string {
  if (!ACCOUNT_ID_PATTERN.test(account)) {
    throw new RangeError(`account id must match ${ACCOUNT_ID_PATTERN.source}, got '${account}'`);
  }
  if (plan !== undefined && !PLAN_ID_PATTERN.test(plan)) {
    throw new RangeError(`plan id must match ${PLAN_ID_PATTERN.source}, got '${plan}'`);
  }
  if (!Number.isSafeInteger(expiresAt) || expiresAt < 0) {
    throw new RangeError(`expiresAt must be milliseconds since the epoch, got ${expiresAt}`);
  }
  const parts = [CODES[action], account, expiresAt.toString(36), ...(plan === undefined ? [] : [plan])];
  return signText('pay', parts.join(' '), secret);
}

/**
 * @param token any text: none makes it throw
 * @param secrets the current one and those that are being rotated out
 * @param now milliseconds since the epoch
 * @throws RangeError when a secret is empty
 */
export function readPayLink(token: string, secrets: readonly string[], now: number): PayLinkReading {
  const read = readSignedText('pay', token, secrets);
  if (read.kind !== 'signed') return read;
  const match = TEXT.exec(read.text);
  const action = actionOf(match?.[1]);
  if (!match || action === undefined) return { kind: 'malformed' };
  const [, , account, expiry, plan] = match;
  const expiresAt = Number.parseInt(expiry!, 36);
  if (now >= expiresAt) return { kind: 'expired' };
  return {
    kind: 'valid',
    link: { account: account!, action, ...(plan !== undefined && { plan }), expiresAt },
  };
}

function actionOf(code: string | undefined): PayAction | undefined {
  return (Object.keys(CODES) as PayAction[]).find((action) => CODES[action] === code);
}
