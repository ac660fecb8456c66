import { type Exchange } from '../http/exchange';
import { type ConditionFacts } from './policy-condition';

/** What the conditions of a policy may ask about this request. */
export function factsOf(exchange: Exchange): ConditionFacts {
  return {
    sourceIp: exchange.sourceIp,
    userAgent: exchange.headers.get('user-agent'),
    epochMs: exchange.epochMs,
  };
}
