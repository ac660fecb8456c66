import { createHmac } from 'node:crypto';
import { ACCOUNT_ID_PATTERN } from '../../../lib/domain/key';
import { equalInConstantTime } from '../constant-time';
import { object, text, type Json } from '../json';

/** Names in the metadata of our own checkout sessions. */
const ACCOUNT = 'paywall_account';
const CLAIM = 'paywall_claim';
const OPENS = 'paywall_opens';

export interface LinkOptions {
  /**
   * The session was sold to someone without an account: the payment opens one of this name.
   *
   * @default false
   */
  readonly opensAccount?: boolean;
}

/**
 * Metadata that make a checkout session link its customer to an account. Only what we have signed counts: buyers
 * choose `client_reference_id`, and other programs of the seller write metadata too.
 *
 * @param secret at least 32 characters that nobody else knows
 */
export function linkMetadata(
  account: string,
  secret: string,
  { opensAccount = false }: LinkOptions = {},
): Readonly<Record<string, string>> {
  return {
    [ACCOUNT]: account,
    [CLAIM]: macOf('link', account, secret),
    ...(opensAccount && { [OPENS]: macOf('opens', account, secret) }),
  };
}

/** @param secrets the current one and those that are being rotated out */
export function linkedAccount(session: Json, secrets: readonly string[]): string | undefined {
  const metadata = object(session.metadata);
  const account = text(metadata?.[ACCOUNT]);
  if (account === undefined || !ACCOUNT_ID_PATTERN.test(account)) return undefined;
  return isSigned('link', account, text(metadata?.[CLAIM]), secrets) ? account : undefined;
}

/** Whether the session's payment opens the account that it is linked to. */
export function opensAccount(session: Json, secrets: readonly string[]): boolean {
  const account = linkedAccount(session, secrets);
  if (account === undefined) return false;
  return isSigned('opens', account, text(object(session.metadata)?.[OPENS]), secrets);
}

/** Whether an object says that we have made it, and none of these secrets bears it out: one may be newer. */
export function isDoubtful(made: Json, secrets: readonly string[]): boolean {
  return object(made.metadata)?.[CLAIM] !== undefined && linkedAccount(made, secrets) === undefined;
}

type Purpose = 'link' | 'opens';

function isSigned(
  purpose: Purpose,
  account: string,
  mac: string | undefined,
  secrets: readonly string[],
): boolean {
  if (mac === undefined) return false;
  return secrets.map((secret) => equalInConstantTime(mac, macOf(purpose, account, secret))).includes(true);
}

function macOf(purpose: Purpose, account: string, secret: string): string {
  return createHmac('sha256', secret).update(`${purpose}.${account}`, 'utf8').digest('hex');
}
