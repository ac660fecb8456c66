import { type Authorizer, denied } from './authorizer/authorizer';
import { ResourcePolicy } from './authorizer/resource-policy';
import { type Exchange } from './http/exchange';
import { MAX_METHOD_ARN_BYTES } from './http/limits';
import { type Outcome, type Refusal } from './http/outcome';
import { type Method } from './model';
import { uriTooLong } from './response/front-reply';
import { runText } from './trace';

/**
 * The order of evaluation once a route is found (AG §3): authorizer, API key and usage plan, request validation,
 * integration. Each step may end the request.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function evaluate(exchange: Exchange, method: Method): Outcome | Promise<Outcome> {
  return method.authorizer
    ? authorize(exchange, method, method.authorizer).then((refused) => refused ?? goOn(exchange, method))
    : (byPolicyAlone(exchange) ?? goOn(exchange, method));
}

function goOn(exchange: Exchange, method: Method): Outcome | Promise<Outcome> {
  const refused = method.admit(exchange) ?? validate(exchange, method);
  if (refused) return refused;
  const started = performance.now();
  const integrated = (outcome: Outcome): Outcome => {
    exchange.integrationMs = performance.now() - started;
    exchange.trace?.add('integration', integrationText(exchange, method), exchange.integrationMs);
    return outcome;
  };
  const outcome = method.integrate(exchange);
  return outcome instanceof Promise ? outcome.then(integrated) : integrated(outcome);
}

function validate(exchange: Exchange, { validate: check }: Method): Refusal | null {
  const refused = check?.(exchange) ?? null;
  exchange.trace?.add('validation', check ? (refused?.message ?? 'passed') : 'the method has no validator');
  return refused;
}

function integrationText({ integrationStatus, integrationRun }: Exchange, { backend }: Method): string {
  const status = integrationStatus === undefined ? 'no answer' : `answered ${integrationStatus}`;
  return `${backend} ${status}${runText(integrationRun)}`;
}

/** Authorizer and resource policy together: any deny wins, and either may allow. */
async function authorize(
  exchange: Exchange,
  method: Method,
  authorizer: Authorizer,
): Promise<Outcome | null> {
  if (Buffer.byteLength(exchange.methodArn) > MAX_METHOD_ARN_BYTES) return uriTooLong();
  const { resourcePolicy } = exchange.api;
  const byResource = resourcePolicy?.decide(exchange) ?? 'implicit-deny';
  exchange.trace?.add('resource policy', resourcePolicy ? byResource : 'the API has none');
  if (byResource === 'explicit-deny') return ResourcePolicy.refusal(exchange, byResource);
  method.presentApiKey(exchange);
  const decision = await authorizer.authorize(exchange);
  if (typeof decision === 'object') return decision;
  exchange.trace?.add('policy', `${decision} of ${exchange.methodArn}`);
  if (decision === 'allow' || (decision === 'implicit-deny' && byResource === 'allow')) return null;
  return denied(decision);
}

function byPolicyAlone(exchange: Exchange): Outcome | null {
  const { resourcePolicy } = exchange.api;
  const decision = resourcePolicy?.decide(exchange) ?? 'allow';
  exchange.trace?.add('resource policy', resourcePolicy ? decision : 'the API has none');
  exchange.trace?.add('authorizer', 'the method has none');
  return decision === 'allow' ? null : ResourcePolicy.refusal(exchange, decision);
}
