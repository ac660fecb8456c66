import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { NEVER } from '../../lib/domain/account';
import type { Catalogue } from '../../lib/domain/catalogue';
import { dateOf } from '../../lib/domain/daily-usage';
import { rateLimitHeaders, usageOf } from '../../lib/domain/usage';
import type { AccountAdmin } from '../store/account-admin';
import { AccountConflict, type AdminError } from '../store/account-conflict';
import { callerOf, type Caller } from '../http/caller';
import { accountView, instant, usagePlanView, usageView } from './account-view';
import { HttpProblem, json, noContent, problem, readJsonObject } from '../http/http';
import type { KeyRecord } from '../store/key-item';
import { readKeyRequest, readOverlap } from './key-request';

export interface AccountApiPorts {
  readonly accounts: AccountAdmin;
  readonly catalogue: Catalogue;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Receives one line per fault of ours. */
  readonly log: (line: string) => void;
}

type Route = (caller: Caller, event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

const STATUS_OF: Readonly<Record<AdminError, number>> = {
  account_exists: 409,
  account_has_another_plan: 409,
  no_such_account: 404,
  no_such_key: 404,
  too_many_keys: 409,
  account_contended: 409,
  credit_differs: 409,
};

/** What customers can see and do about their own account; `account` comes from the authorizer, never from the request. */
export function createAccountApi(
  ports: AccountApiPorts,
): (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult> {
  const { accounts, catalogue, clock } = ports;

  const look = async ({ accountId }: Caller) => {
    const account = await accounts.findAccount(accountId);
    const now = clock();
    const plan = account?.plan === undefined ? undefined : catalogue.plan(account.plan);
    const usage = account && usageOf(account, plan, now);
    return { account, usage, headers: usage && rateLimitHeaders(usage, now), now };
  };

  const keyIn = ({ accountId }: Caller, { pathParameters }: APIGatewayProxyEvent): Promise<KeyRecord> =>
    accounts.findKey(accountId, pathParameters?.keyId ?? '');

  /** A key that was given for some time makes none that outlives it; a token is a new proof each time. */
  const endOf = async ({ accountId, keyId }: Caller): Promise<number> =>
    keyId === '' ? NEVER : (await accounts.findKey(accountId, keyId)).expiresAt;

  const routes: Readonly<Record<string, Route>> = {
    'GET /': async (caller) => {
      const { account, usage, headers, now } = await look(caller);
      return json(200, accountView(caller.accountId, account, usage, now), headers);
    },

    'GET /usage': async (caller) => {
      const { account, usage, headers, now } = await look(caller);
      const elsewhere = account?.plan === undefined ? undefined : catalogue.usagePlanQuota(account.plan);
      if (elsewhere) return json(200, usagePlanView(account!.plan!, elsewhere));
      return json(200, usageView(account, usage, now), headers);
    },

    'GET /keys': async ({ accountId }) =>
      json(200, { keys: (await accounts.listKeys(accountId)).map(shown) }),

    'POST /keys': async (caller, event) => {
      const { accountId } = caller;
      const request = readKeyRequest(readJsonObject(event), caller.scopes, clock());
      const { key, record } = await accounts.createKey(accountId, {
        ...request,
        ...made(accountId, catalogue),
        expiresAt: Math.min(request.expiresAt ?? NEVER, await endOf(caller)),
      });
      return json(201, { key, ...shown(record) });
    },

    'POST /keys/{keyId}/rotate': async (caller, event) => {
      const overlapMs = readOverlap(readJsonObject(event));
      const old = await keyIn(caller, event);
      const { accountId } = caller;
      requireScopes(caller, old.scopes);
      const { key, record, oldExpiresAt } = await accounts.rotateKey(accountId, old.fingerprint, overlapMs, {
        ...made(accountId, catalogue),
        label: old.label,
        scopes: old.scopes,
        expiresAt: await endOf(caller),
      });
      return json(201, {
        key,
        ...shown(record),
        replaces: { ...shown(old), expiresAt: instant(oldExpiresAt) },
      });
    },

    'DELETE /keys/{keyId}': async (caller, event) => {
      await accounts.revokeKey(caller.accountId, (await keyIn(caller, event)).fingerprint);
      return noContent();
    },
  };

  return async (event) => {
    try {
      const route = routes[nameOf(event)];
      if (!route)
        throw new HttpProblem(
          404,
          'Not found',
          `${event.httpMethod} ${event.resource} is not part of the account API`,
        );
      return await route(callerOf(event), event);
    } catch (error) {
      if (error instanceof HttpProblem) return problem(error);
      if (error instanceof AccountConflict) {
        return problem(
          new HttpProblem(STATUS_OF[error.code], 'Conflict with the state of the account', error.message),
        );
      }
      ports.log(
        JSON.stringify({
          level: 'ERROR',
          message: 'fault',
          error: String(error),
          requestId: event.requestContext.requestId,
        }),
      );
      return problem(
        new HttpProblem(503, 'Service unavailable', 'the account cannot be read at the moment; try again'),
      );
    }
  };
}

/** `VERB` and path below the first segment, whatever the seller has called that: it may be `keys`, too. */
function nameOf({ httpMethod, resource }: APIGatewayProxyEvent): string {
  const below = resource.replace(/^\/[^/]*/, '');
  return `${httpMethod} ${below === '' ? '/' : below}`;
}

/** The answer shows a new key with the scopes of the old one. */
function requireScopes({ scopes }: Caller, needed: readonly string[]): void {
  const missing = needed.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0) {
    throw new HttpProblem(
      403,
      'Forbidden',
      `the key that asks does not carry the scopes ${missing.join(', ')}`,
    );
  }
}

function made(accountId: string, { definition }: Catalogue): { prefix: string; createdBy: string } {
  return { prefix: definition.keyPrefix, createdBy: `account:${accountId}` };
}

function shown(key: KeyRecord): object {
  return {
    keyId: key.fingerprint.slice(0, 8),
    label: key.label,
    scopes: key.scopes,
    createdAt: instant(key.createdAt),
    expiresAt: instant(key.expiresAt),
    lastUsedOn: key.lastUsedDay === undefined ? null : dateOf(key.lastUsedDay),
  };
}
