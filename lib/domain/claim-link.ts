import { ACCOUNT_ID_PATTERN } from './key';
import { readSignedText, signText } from './signed-text';

/**
 * What a buyer without an account brings back from the payment: the right to the first key of the account that was
 * sold. It stands in the address to which the provider returns whoever has paid, and nowhere else: who made the
 * session, and perhaps let somebody else pay, has not seen it.
 *
 * @throws RangeError when the account id is malformed
 */
export function signClaimLink(account: string, secret: string): string {
  if (!ACCOUNT_ID_PATTERN.test(account)) {
    throw new RangeError(`account id must match ${ACCOUNT_ID_PATTERN.source}, got '${account}'`);
  }
  return signText('claim', account, secret);
}

/**
 * @param secrets the current one and those that are being rotated out
 * @returns account of the claim; `undefined` when it is not one of ours
 */
export function readClaimLink(token: string, secrets: readonly string[]): string | undefined {
  const read = readSignedText('claim', token, secrets);
  return read.kind === 'signed' && ACCOUNT_ID_PATTERN.test(read.text) ? read.text : undefined;
}
