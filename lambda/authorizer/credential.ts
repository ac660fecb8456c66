import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import type { Credential } from '../../lib/domain/decision';
import { fingerprintOf, parseKey } from '../../lib/domain/key';

/** Where callers put their credential. */
export type CredentialSource = 'bearer' | 'api-key' | 'either';

/** The text that a request presents as its credential; `undefined` when there is not exactly one. */
export function presentedCredential(
  event: Pick<APIGatewayRequestAuthorizerEvent, 'headers' | 'multiValueHeaders'>,
  source: CredentialSource,
): string | undefined {
  const presented = [
    ...(source === 'api-key' ? [] : valuesOf(event, 'authorization').map(bearerToken)),
    ...(source === 'bearer' ? [] : valuesOf(event, 'x-api-key')),
  ];
  const [credential] = presented;
  // Two different credentials in one request have no right reading.
  return presented.every((other) => other === credential) ? credential : undefined;
}

/** The credential that a key of ours is; `undefined` when the text cannot be one. */
export function keyCredential(key: string, keyPrefix: string): Credential | undefined {
  const parsed = parseKey(key);
  if (!parsed || parsed.prefix !== keyPrefix) return undefined;
  return { accountId: parsed.accountId, fingerprint: fingerprintOf(key) };
}

function bearerToken(header: string): string | undefined {
  return /^bearer +(\S+) *$/i.exec(header)?.[1];
}

/** Values of a header, whatever the case of its name and in whichever of the two maps it arrives. */
function valuesOf(
  { headers, multiValueHeaders }: Pick<APIGatewayRequestAuthorizerEvent, 'headers' | 'multiValueHeaders'>,
  name: string,
): string[] {
  const multi = spellingsIn(multiValueHeaders, name);
  if (multi.length > 0) return multi.flatMap((spelling) => multiValueHeaders?.[spelling] ?? []);
  return spellingsIn(headers, name).flatMap((spelling) => headers?.[spelling] ?? []);
}

/** The names in a map that are this one, which is in lower case. */
function spellingsIn(map: object | null, name: string): string[] {
  // The length first: a request has dozens of headers, and to spell them all anew is half of the work in this file.
  return Object.keys(map ?? {}).filter((key) => key.length === name.length && key.toLowerCase() === name);
}
