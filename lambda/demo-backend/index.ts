import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { rateLimitHeaders } from '../../lib/backend';

/** Answers with what the authorizer knows of the caller. */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const { account, plan, remaining } = (event.requestContext.authorizer ?? {}) as Record<string, unknown>;
  return {
    statusCode: 200,
    headers: {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': 'RateLimit,RateLimit-Policy',
      ...rateLimitHeaders(event),
    },
    body: JSON.stringify({
      message: event.resource === '/account' ? 'this is your account' : 'hello',
      account: text(account),
      plan: text(plan),
      remaining: count(remaining),
    }),
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** API Gateway delivers every value of the authorizer's context as text. */
function count(value: unknown): number | null {
  return value === undefined || value === null || value === '' || !Number.isFinite(Number(value))
    ? null
    : Number(value);
}
