import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import type { AccountRecord } from '../../lib/domain/account';
import type { Catalogue, RouteRequirement } from '../../lib/domain/catalogue';
import { scopesOf, type Credential, type Prohibition } from '../../lib/domain/decision';
import { paymentProblem, safeText } from '../../lib/domain/problem';
import type { Verdict } from './admission';
import type { QuotaContext } from './quota-context';
import { throttleContext } from './throttle-context';

/** API Gateway answers 401 (`UNAUTHORIZED`) when the message of the error is exactly this. */
export class Unauthorized extends Error {
  constructor() {
    super('Unauthorized');
  }
}

/** Any other error becomes `AUTHORIZER_CONFIGURATION_ERROR`, which the stack answers as 503. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

const USAGE_KEY_PENDING = 'The usage key of this account is not active yet; try again in a few minutes.';

const PROHIBITIONS: Readonly<Record<Prohibition, string>> = {
  account_suspended: 'The seller has suspended this account.',
  scope_missing: 'The credential does not carry the scope that this route requires.',
  usage_key_missing: USAGE_KEY_PENDING,
};

/** Refused by API Gateway as a key of no usage plan: the only way for an authorizer to a 403 beside a 402. */
const KEY_OF_NO_PLAN = 'refused-key-of-no-usage-plan';

/** What all answers of an authorizer have in common. */
export interface ResponseTerms {
  readonly catalogue: Catalogue;
  readonly quotaOf: (account: AccountRecord | undefined) => QuotaContext;
  /** Value of the API Gateway key that the call counts on. */
  readonly usageKeyOf: (
    accountId: string,
    account: AccountRecord | undefined,
    route: RouteRequirement,
  ) => string;
  /** Whether every method behind the authorizer asks API Gateway to check the key. */
  readonly keysRequired: boolean;
}

/** What was asked. */
export interface Question {
  readonly credential: Credential;
  readonly route: RouteRequirement;
  /** What the policy speaks of; see `policy-resource.ts`. */
  readonly resource: string | readonly string[];
  /** Where to pay, where the seller has set no link of their own. */
  readonly payLink: string;
}

/**
 * The verdict in the only terms that API Gateway understands.
 *
 * | Verdict | Leaves as | Because |
 * | --- | --- | --- |
 * | allow | Allow + usage key | the gateway applies the plan's throttle |
 * | 401 | thrown `Unauthorized` | `UNAUTHORIZED` |
 * | 402 | Deny + context | only a Deny carries context into `ACCESS_DENIED` |
 * | 403 | Allow + key of no plan | `INVALID_API_KEY`; 401 where the methods do not require a key |
 * | 503 | any other error | `AUTHORIZER_CONFIGURATION_ERROR` |
 *
 * @throws Unauthorized or Unavailable
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export function authorizerResponse(
  verdict: Verdict,
  { credential, route, resource, payLink }: Question,
  { catalogue, quotaOf, usageKeyOf, keysRequired }: ResponseTerms,
): APIGatewayAuthorizerResult {
  if (verdict.kind === 'unavailable') throw new Unavailable(verdict.cause);
  const { accountId, fingerprint } = credential;
  if (verdict.kind === 'allow') {
    const { account } = verdict;
    const plan = account?.plan === undefined ? undefined : catalogue.plan(account.plan);
    const usageKey = usageKeyOf(accountId, account, route);
    const { remaining, limit, period, periodStart, periodEnd } = quotaOf(account);
    const { rateLimit, burstLimit } = throttleContext(account, plan, usageKey);
    // Member by member: this is the answer to almost every request, and to spread objects costs more than the decision.
    return {
      principalId: accountId,
      policyDocument: policyDocument('Allow', resource),
      usageIdentifierKey: usageKey,
      context: {
        account: safeText(accountId),
        plan: account?.plan ?? '',
        keyId: keyId(fingerprint),
        // For routes that hand out rights: a caller cannot give away what its key does not carry.
        scopes: scopesOf(credential, account?.keys[fingerprint ?? ''])
          .map(safeText)
          .join(' '),
        remaining,
        limit,
        period,
        periodStart,
        periodEnd,
        rateLimit,
        burstLimit,
        // Read by INVALID_API_KEY only: API Gateway may take minutes to honour a new key.
        detail: USAGE_KEY_PENDING,
      },
    };
  }
  const { refusal } = verdict;
  switch (refusal.kind) {
    case 'unauthorized':
      throw new Unauthorized();
    case 'payment-required':
      return {
        principalId: accountId,
        policyDocument: policyDocument('Deny', resource),
        context: { ...paymentProblem(refusal, credential, verdict.plan, catalogue.definition, payLink) },
      };
    case 'forbidden':
      // Where nobody checks the key, an Allow with a wrong one would let the caller in.
      if (!keysRequired) throw new Unauthorized();
      return {
        principalId: accountId,
        policyDocument: policyDocument('Allow', resource),
        usageIdentifierKey: KEY_OF_NO_PLAN,
        context: {
          account: safeText(accountId),
          plan: verdict.plan ?? '',
          detail: PROHIBITIONS[refusal.cause],
        },
      };
  }
}

/** Enough of the fingerprint to find the key again, too little to be of use. */
export function keyId(fingerprint: string | undefined): string {
  return fingerprint?.slice(0, 8) ?? '';
}

function policyDocument(effect: 'Allow' | 'Deny', resource: string | readonly string[]) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Action: 'execute-api:Invoke',
        Effect: effect,
        Resource: typeof resource === 'string' ? resource : [...resource],
      },
    ],
  };
}
