import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { type HttpProblem, json, problem } from '../http/http';
import { page, PAGE_HEADERS, type Page } from '../http/page';
import { wantsPage } from '../http/request';

type Headers = Pick<APIGatewayProxyEvent, 'headers'>;

/** A page for people, the same as JSON for programs. */
export function shown(event: Headers, status: number, told: Page, body: object): APIGatewayProxyResult {
  return wantsPage(event) ? page(status, told) : withPrivacy(json(status, body));
}

/** Leads on; who does not follow redirects finds the address in the body. */
export function redirect(url: string): APIGatewayProxyResult {
  const result = json(303, { url }, { Location: url });
  return withPrivacy(result);
}

export function refusal(event: Headers, refused: HttpProblem): APIGatewayProxyResult {
  const { status, title, message, retryAfter } = refused;
  if (!wantsPage(event)) return withPrivacy(problem(refused));
  return page(
    status,
    { title, paragraphs: [sentence(message)] },
    retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) },
  );
}

/** Addresses of these routes carry tokens, and lead to pages that know who pays. */
function withPrivacy(result: APIGatewayProxyResult): APIGatewayProxyResult {
  return { ...result, headers: { ...result.headers, ...PAGE_HEADERS } };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
