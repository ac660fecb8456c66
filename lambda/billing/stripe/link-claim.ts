import { createHmac, timingSafeEqual } from 'node:crypto';
import { ACCOUNT_ID_PATTERN } from '../../../lib/domain/key';
import { object, text, type Json } from '../json';

/** Names in the metadata of our own checkout sessions. */
const ACCOUNT = 'paywall_account';
const CLAIM = 'paywall_claim';

/**
 * Metadata that make a checkout session link its customer to an account. Only what we have signed counts: buyers
 * choose `client_reference_id`, and other programs of the seller write metadata too.
 *
 * @param secret at least 32 characters that nobody else knows
 */
export function linkMetadata(account: string, secret: string): Readonly<Record<string, string>> {
  return { [ACCOUNT]: account, [CLAIM]: claimOf(account, secret) };
}

/** @param secrets the current one and those that are being rotated out */
export function linkedAccount(session: Json, secrets: readonly string[]): string | undefined {
  const metadata = object(session.metadata);
  const account = text(metadata?.[ACCOUNT]);
  const claim = text(metadata?.[CLAIM]);
  if (account === undefined || claim === undefined || !ACCOUNT_ID_PATTERN.test(account)) return undefined;
  const matches = secrets.map((secret) => equal(claim, claimOf(account, secret)));
  return matches.includes(true) ? account : undefined;
}

function claimOf(account: string, secret: string): string {
  return createHmac('sha256', secret).update(`link.${account}`, 'utf8').digest('hex');
}

function equal(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
