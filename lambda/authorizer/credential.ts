import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import type { Credential } from '../../lib/domain/decision';
import { fingerprintOf, parseKey } from '../../lib/domain/key';

/** Where callers put their key. */
export type CredentialSource = 'bearer' | 'api-key' | 'either';

/**
 * The credential of a request; `undefined` when there is none that can be one of ours. Pure: a typing error costs
 * no round trip.
 */
export function credentialOf(
  event: Pick<APIGatewayRequestAuthorizerEvent, 'headers' | 'multiValueHeaders'>,
  source: CredentialSource,
  keyPrefix: string,
): Credential | undefined {
  const presented = [
    ...(source === 'api-key' ? [] : valuesOf(event, 'authorization').map(bearerToken)),
    ...(source === 'bearer' ? [] : valuesOf(event, 'x-api-key')),
  ];
  // Two different credentials in one request have no right reading.
  const [key, ...others] = new Set(presented);
  if (key === undefined || others.length > 0) return undefined;
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
