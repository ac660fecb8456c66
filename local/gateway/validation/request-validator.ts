import { type Exchange } from '../http/exchange';
import { refuse, type Refusal } from '../http/outcome';
import { mediaTypeOf } from '../mapping/mapping-template';
import { methodRequestGetter } from '../mapping/substitution';
import { type CheckBody } from './model-schema';

type Place = 'header' | 'path' | 'querystring';

export interface ValidationSettings {
  /** `RequestParameters` of the method: `method.request.header.X` → whether it is required. */
  readonly parameters: Readonly<Record<string, boolean>>;
  /** Checks by content type, from the method's `RequestModels`. */
  readonly models: ReadonlyMap<string, CheckBody>;
  readonly validateParameters: boolean;
  readonly validateBody: boolean;
}

/** The message lists parameters in this order (AG §7.6). */
const ORDER: readonly Place[] = ['header', 'path', 'querystring'];
const PARAMETER = /^method\.request\.(header|path|querystring)\.(.+)$/;

/**
 * Compiles request validation: parameters first, then the body, for every verb (AG §7.6).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export function compileValidation(settings: ValidationSettings): (exchange: Exchange) => Refusal | null {
  const required = settings.validateParameters ? requiredParameters(settings.parameters) : [];
  const { models, validateBody } = settings;
  return (exchange) => {
    const missing = required.filter(({ get }) => (get(exchange) ?? '') === '').map(({ name }) => name);
    if (missing.length > 0)
      return refuse('BAD_REQUEST_PARAMETERS', `Missing required request parameters: [${missing.join(', ')}]`);
    return validateBody ? checkBody(exchange, models) : null;
  };
}

function requiredParameters(parameters: Readonly<Record<string, boolean>>) {
  const all = Object.entries(parameters).flatMap(([key, isRequired]) => {
    const hit = isRequired ? PARAMETER.exec(key) : null;
    if (!hit) return [];
    const [place, name] = [hit[1] as Place, hit[2] as string];
    return [{ place, name, get: methodRequestGetter(place, name) }];
  });
  return ORDER.flatMap((place) => all.filter((p) => p.place === place));
}

/** Content types without a model are not validated. */
function checkBody(exchange: Exchange, models: ReadonlyMap<string, CheckBody>): Refusal | null {
  const type = mediaTypeOf(exchange.headers.get('content-type')) ?? 'application/json';
  const check = models.get(type) ?? models.get('$default');
  if (!check) return null;
  const error = check(exchange.body.length === 0 ? '{}' : exchange.body.toString('utf8'));
  return error === null
    ? null
    : refuse('BAD_REQUEST_BODY', 'Invalid request body', { validationError: error });
}
