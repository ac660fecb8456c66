import type { APIGatewayProxyResult } from 'aws-lambda';

/** Answers are for the provider's log of deliveries, where the seller reads them. */
export function received(outcome: string): APIGatewayProxyResult {
  return answer(200, 'application/json', { received: true, outcome });
}

export function refused(status: number, code: string, detail: string): APIGatewayProxyResult {
  return problem(status, TITLES[status] ?? 'Refused', { code, detail });
}

/** Providers deliver again what was not answered with 2xx. */
export function failed(): APIGatewayProxyResult {
  const result = problem(503, 'Service unavailable', {
    code: 'not_stored',
    detail: 'the event could not be stored; deliver it again',
  });
  return { ...result, headers: { ...result.headers, 'Retry-After': '60' } };
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  404: 'Not found',
  413: 'Content too large',
};

/** In the form of RFC 9457. */
function problem(status: number, title: string, members: object): APIGatewayProxyResult {
  return answer(status, 'application/problem+json', { type: 'about:blank', title, status, ...members });
}

function answer(statusCode: number, type: string, body: object): APIGatewayProxyResult {
  return {
    statusCode,
    headers: { 'Content-Type': type, 'Cache-Control': 'no-store' },
    body: JSON.stringify(body),
  };
}
