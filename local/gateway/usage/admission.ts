import { type Clock } from '../../contract';
import { type Exchange } from '../http/exchange';
import { refuse, type Refusal } from '../http/outcome';
import { type ApiKeys } from './api-keys';
import { TokenBucket } from './token-bucket';
import { stageKey, type ThrottleSettings } from './usage-plan';

export interface AdmissionSettings {
  readonly apiId: string;
  readonly stage: string;
  readonly resourcePath: string;
  /** Verb of the method definition: `ANY` has limits of its own. */
  readonly httpMethod: string;
  readonly apiKeyRequired: boolean;
  readonly apiKeySource: 'HEADER' | 'AUTHORIZER';
  /** From the stage's method settings; one bucket per method. */
  readonly stageThrottle: ThrottleSettings | null;
}

/**
 * Compiles step 5 of the order of evaluation (AG §3): key, then throttles, then quota. Plans never apply to methods
 * that require no key.
 */
export function compileAdmission(
  settings: AdmissionSettings,
  keys: ApiKeys,
  clock: Clock,
): (exchange: Exchange) => Refusal | null {
  const { apiId, stage, stageThrottle: t } = settings;
  const bucket = t ? new TokenBucket(t.rateLimit, t.burstLimit, clock.now()) : null;
  if (!settings.apiKeyRequired) return (exchange) => admitKeyless(exchange, bucket, clock);
  const method = `${stageKey(apiId, stage)}${settings.resourcePath}/${settings.httpMethod}`;
  return (exchange) => {
    const value =
      settings.apiKeySource === 'AUTHORIZER'
        ? exchange.authorizer?.usageIdentifierKey
        : exchange.headers.get('x-api-key');
    const found = value === undefined ? undefined : keys.find(value, apiId, stage);
    if (!found) {
      exchange.trace?.add('usage plan', noPlanText(value, settings, keys));
      return refuse('INVALID_API_KEY', 'Forbidden');
    }
    exchange.apiKey = found.key;
    const taken = found.usage.take(method, bucket);
    exchange.trace?.add('usage plan', `key ${found.key.id} on plan ${found.usage.plan.name}: ${taken}`);
    switch (taken) {
      case 'taken':
        return null;
      case 'throttled':
        return tooMany();
      case 'quota-exceeded':
        return refuse('QUOTA_EXCEEDED', 'Limit Exceeded');
    }
  };
}

/** Which key failed, and why, in the order in which the key is looked up. */
function noPlanText(value: string | undefined, settings: AdmissionSettings, keys: ApiKeys): string {
  const { apiKeySource, apiId, stage } = settings;
  const place = apiKeySource === 'AUTHORIZER' ? 'usageIdentifierKey of the authorizer' : 'x-api-key';
  if (value === undefined) return `no key: ${place} is missing`;
  const id = keys.idOf(value);
  if (id === undefined) return `there is no key of the value in ${place}`;
  if (!keys.get(id)?.enabled) return `key ${id} is disabled`;
  return `key ${id} is on no usage plan of ${stageKey(apiId, stage)}, or is not honoured yet`;
}

function admitKeyless(exchange: Exchange, bucket: TokenBucket | null, clock: Clock): Refusal | null {
  exchange.trace?.add('usage plan', 'the method requires no key');
  if (!bucket) return null;
  if (!bucket.has(clock.now())) {
    exchange.trace?.add('stage throttle', 'no token left');
    return tooMany();
  }
  bucket.take();
  return null;
}

function tooMany(): Refusal {
  return refuse('THROTTLED', 'Too Many Requests');
}
