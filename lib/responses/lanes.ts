import type { CatalogueDefinition } from '../domain/plan';
import { problemType } from '../domain/problem';
import { fromAuthorizer, fromContext, SERVICE_MESSAGE, type ProblemMembers } from './problem-template';

/** One type of gateway response, as it leaves API Gateway. */
export interface Lane {
  /** Construct id; public contract. */
  readonly id: string;
  readonly type: string;
  /** Absent: each type of the family keeps its own. */
  readonly status?: number;
  readonly members: ProblemMembers;
  readonly retryAfter?: 'throttle' | 'fault';
  readonly challenge?: boolean;
}

/** The problem has no page of its own: its status says it all (RFC 9457 §4.2.1). */
const BLANK = { type: 'about:blank' };
/** Set by the service; `requestId` could be set by the client. */
const REQUEST = { requestId: fromContext('extendedRequestId') };

const FAULT = 'The service could not decide this request; the fault is ours and nothing is owed. Try again.';

/** The lanes of a paywall: one status for one meaning. */
export function paywallLanes(catalogue: Pick<CatalogueDefinition, 'problemTypeBase' | 'actionUrls'>): Lane[] {
  return [
    {
      id: 'Unauthorized',
      type: 'UNAUTHORIZED',
      status: 401,
      challenge: true,
      members: plain(
        401,
        'Unauthorized',
        'A valid API key is needed: it is missing, malformed, unknown, revoked or expired.',
      ),
    },
    { id: 'PaymentRequired', type: 'ACCESS_DENIED', status: 402, members: paymentRequired() },
    { id: 'QuotaExceeded', type: 'QUOTA_EXCEEDED', status: 402, members: quotaExceeded(catalogue) },
    {
      id: 'Forbidden',
      type: 'INVALID_API_KEY',
      status: 403,
      members: {
        ...BLANK,
        title: 'Forbidden',
        status: 403,
        detail: fromAuthorizer('detail'),
        account: fromAuthorizer('account'),
        plan: fromAuthorizer('plan'),
        ...REQUEST,
      },
    },
    {
      id: 'Throttled',
      type: 'THROTTLED',
      status: 429,
      retryAfter: 'throttle',
      members: tooManyRequests(),
    },
    ...['AUTHORIZER_FAILURE', 'AUTHORIZER_CONFIGURATION_ERROR'].map((type): Lane => ({
      id: type === 'AUTHORIZER_FAILURE' ? 'AuthorizerFailure' : 'AuthorizerConfigurationError',
      type,
      status: 503,
      retryAfter: 'fault',
      members: plain(503, 'Service unavailable', FAULT),
    })),
  ];
}

/** Everything else that API Gateway answers itself: same shape and headers, as customised types inherit nothing. */
export function otherLanes(): Lane[] {
  return [
    {
      id: 'IntegrationFailure',
      type: 'INTEGRATION_FAILURE',
      status: 502,
      members: plain(502, 'Bad gateway', 'The service behind this API failed; nothing is owed.'),
    },
    {
      id: 'IntegrationTimeout',
      type: 'INTEGRATION_TIMEOUT',
      status: 504,
      members: plain(
        504,
        'Gateway timeout',
        'The service behind this API did not answer in time; nothing is owed.',
      ),
    },
    {
      id: 'RouteNotFound',
      // What API Gateway answers where no resource and method match (AG §3).
      type: 'MISSING_AUTHENTICATION_TOKEN',
      status: 404,
      members: plain(404, 'Not found', 'This API has no such route.'),
    },
    {
      id: 'Default4xx',
      type: 'DEFAULT_4XX',
      members: { ...BLANK, title: 'Request refused', detail: SERVICE_MESSAGE, ...REQUEST },
    },
    {
      id: 'Default5xx',
      type: 'DEFAULT_5XX',
      members: {
        ...BLANK,
        title: 'Service fault',
        detail: 'The service failed; the fault is ours and nothing is owed.',
        ...REQUEST,
      },
    },
  ];
}

function plain(status: number, title: string, detail: string): ProblemMembers {
  return { ...BLANK, title, status, detail, ...REQUEST };
}

function paymentRequired(): ProblemMembers {
  return {
    type: fromAuthorizer('type'),
    title: fromAuthorizer('title'),
    status: 402,
    detail: fromAuthorizer('detail'),
    reason: fromAuthorizer('reason'),
    account: fromAuthorizer('account'),
    plan: fromAuthorizer('plan'),
    action: fromAuthorizer('action'),
    actionUrl: fromAuthorizer('actionUrl'),
    retryAt: fromAuthorizer('retryAt'),
    limit: fromAuthorizer('limit'),
    remaining: fromAuthorizer('remaining'),
    ...REQUEST,
  };
}

/** A quota that a usage plan holds is counted after the authorizer has said yes, so the texts are static. */
function quotaExceeded({
  problemTypeBase,
  actionUrls,
}: Pick<CatalogueDefinition, 'problemTypeBase' | 'actionUrls'>): ProblemMembers {
  return {
    type: problemType(problemTypeBase, 'quota_exceeded'),
    title: 'Quota exceeded',
    status: 402,
    detail: 'All units of the plan are spent; wait for the next period, or upgrade the plan.',
    reason: 'quota_exceeded',
    account: fromAuthorizer('account'),
    plan: fromAuthorizer('plan'),
    action: 'upgrade_plan',
    actionUrl: staticLink(actionUrls.upgrade_plan ?? ''),
    retryAt: '',
    limit: fromAuthorizer('limit'),
    remaining: '0',
    ...REQUEST,
  };
}

/** The stage and the pool throttle, too, so that the plan's speed is told beside and not as the cause. */
function tooManyRequests(): ProblemMembers {
  return {
    ...BLANK,
    title: 'Too many requests',
    status: 429,
    detail: 'Requests come faster than the plan, or the API as a whole, allows; slow down and try again.',
    account: fromAuthorizer('account'),
    plan: fromAuthorizer('plan'),
    rateLimit: fromAuthorizer('rateLimit'),
    burstLimit: fromAuthorizer('burstLimit'),
    limit: fromAuthorizer('limit'),
    remaining: fromAuthorizer('remaining'),
    ...REQUEST,
  };
}

/**
 * A link with the account and plan filled in by API Gateway: both are of letters, digits and hyphens, which need no
 * escaping. A name that goes on after a placeholder would become part of the variable's, so such links are left out.
 */
function staticLink(url: string): string {
  if (/\}[\w.]/.test(url)) return '';
  return url
    .replaceAll('{account}', '$context.authorizer.account')
    .replaceAll('{plan}', '$context.authorizer.plan')
    .replaceAll('{reason}', 'quota_exceeded');
}
