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
  // Two different credentials in one request have no right reading.
  const [credential, ...others] = new Set(presented);
  return others.length > 0 ? undefined : credential;
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
  event: Pick<APIGatewayRequestAuthorizerEvent, 'headers' | 'multiValueHeaders'>,
  name: string,
): string[] {
  const multi = Object.entries(event.multiValueHeaders ?? {}).filter(([key]) => key.toLowerCase() === name);
  if (multi.length > 0) return multi.flatMap(([, values]) => values ?? []);
  return Object.entries(event.headers ?? {}).flatMap(([key, value]) =>
    key.toLowerCase() === name && value !== undefined ? [value] : [],
  );
}
