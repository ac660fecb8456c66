import type { APIGatewayProxyEvent } from 'aws-lambda';

/** The caller, in the words of the authorizer. */
export interface Caller {
  readonly accountId: string;
  readonly scopes: readonly string[];
  /** Beginning of the fingerprint of the key that was presented; empty: a token was. */
  readonly keyId: string;
}

/** @throws Error when no authorizer has run: our fault, not the caller's */
export function callerOf(event: Pick<APIGatewayProxyEvent, 'requestContext'>): Caller {
  const context = event.requestContext.authorizer as
    { account?: unknown; scopes?: unknown; keyId?: unknown } | null | undefined;
  if (typeof context?.account !== 'string' || context.account === '') {
    throw new Error('the request came without an account; the route must be of class identified');
  }
  const scopes = typeof context.scopes === 'string' ? context.scopes.split(' ').filter(Boolean) : [];
  const keyId = typeof context.keyId === 'string' ? context.keyId : '';
  return { accountId: context.account, scopes, keyId };
}
