import type { APIGatewayProxyEvent } from 'aws-lambda';
import { allowedUrl } from '../../lib/domain/allowed-url';
import type { PlanDefinition } from '../../lib/domain/plan';
import { HttpProblem, readJsonObject, refuseUnknown } from '../http/http';
import type { CheckoutSettings } from './settings';

type Body = Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded'>;

/** What a customer may say of a purchase. */
export interface PurchaseRequest {
  readonly plan?: string;
  readonly price?: string;
  readonly successUrl: string;
  readonly cancelUrl: string;
}

/** @throws HttpProblem 400 or 413 */
export function readPurchase(
  event: Body,
  plans: readonly PlanDefinition[],
  settings: CheckoutSettings,
): PurchaseRequest {
  const body = readJsonObject(event);
  refuseUnknown(body, ['plan', 'price', 'successUrl', 'cancelUrl']);
  const { plan, price } = body;
  const sold = plan === undefined ? undefined : planOnSale(plan, plans);
  const prices = (sold ? [sold] : plans).flatMap(({ priceIds = [] }) => priceIds);
  if (price !== undefined && (typeof price !== 'string' || !prices.includes(price))) {
    throw bad(`price must be one of ${prices.join(', ')}`);
  }
  const seller = plans.find(({ priceIds = [] }) => price !== undefined && priceIds.includes(price));
  const id = sold?.id ?? seller?.id;
  return {
    ...(id !== undefined && { plan: id }),
    ...(price !== undefined && { price }),
    successUrl: returnTo(body, 'successUrl', settings.successUrl, settings),
    cancelUrl: returnTo(body, 'cancelUrl', settings.cancelUrl, settings),
  };
}

/** @throws HttpProblem 400 or 413 */
export function readReturnUrl(event: Body, settings: CheckoutSettings): string {
  const body = readJsonObject(event);
  refuseUnknown(body, ['returnUrl']);
  return returnTo(body, 'returnUrl', settings.returnUrl, settings);
}

/** @throws HttpProblem 400 */
export function planOnSale(id: unknown, plans: readonly PlanDefinition[]): PlanDefinition {
  const onSale = plans.filter(({ priceIds = [] }) => priceIds.length > 0);
  const plan = onSale.find((candidate) => candidate.id === id);
  if (plan) return plan;
  throw bad(`plan must be one of ${onSale.map((one) => one.id).join(', ')}`);
}

function returnTo(
  body: Record<string, unknown>,
  name: string,
  otherwise: string,
  { allowedOrigins }: CheckoutSettings,
): string {
  const value = body[name];
  if (value === undefined) return otherwise;
  const url = typeof value === 'string' ? allowedUrl(value, allowedOrigins) : undefined;
  if (url !== undefined) return url;
  throw bad(`${name} must be an absolute URL on one of ${allowedOrigins.join(', ')}`);
}

function bad(detail: string): HttpProblem {
  return new HttpProblem(400, 'Bad request', detail);
}
