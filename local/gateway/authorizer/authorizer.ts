import { type Clock, type FunctionInvoker, type InvokeResult } from '../../contract';
import { type AuthorizerAnswer, type Exchange } from '../http/exchange';
import { refuse, type Refusal } from '../http/outcome';
import { AuthorizerCache } from './authorizer-cache';
import { requestAuthorizerEvent, tokenAuthorizerEvent } from './authorizer-event';
import { type AuthorizerResult, readAuthorizerResult } from './authorizer-result';
import { factsOf } from './condition-facts';
import { identityOf, type IdentitySource } from './identity-source';
import { runText } from '../trace';
import { type PolicyDecision } from './policy';

export interface AuthorizerSettings {
  readonly kind: 'REQUEST' | 'TOKEN';
  /** ARN of the function; may depend on stage variables. */
  readonly functionArn: (exchange: Exchange) => string;
  readonly sources: readonly IdentitySource[];
  /** `IdentityValidationExpression`, for TOKEN only. */
  readonly validation: RegExp | null;
  /** Why API Gateway may not invoke the function; `undefined` when it may. */
  readonly notPermitted: string | undefined;
  /** Milliseconds; 0 turns the cache off. */
  readonly ttlMs: number;
}

/** The texts of a denial, as recorded (AG §2). */
const DENIED = 'User is not authorized to access this resource';
const DENIED_EXPLICITLY = `${DENIED} with an explicit deny`;

/** A Lambda authorizer as one stage has it (AG §4): identity sources, cache, invocation, policy. */
export class Authorizer {
  private readonly cache: AuthorizerCache | null;

  constructor(
    private readonly settings: AuthorizerSettings,
    private readonly functions: FunctionInvoker,
    clock: Clock,
  ) {
    this.cache = settings.ttlMs > 0 ? new AuthorizerCache(settings.ttlMs, clock) : null;
  }

  /**
   * The answer's context is on the exchange afterwards, on denial, too.
   *
   * @returns what the policy decides, or the refusal of a caller who never got as far as a policy
   */
  async authorize(exchange: Exchange): Promise<PolicyDecision | Refusal> {
    const { sources, validation } = this.settings;
    const identity = identityOf(sources, exchange);
    if (identity === null) return unauthorized();
    if (validation && !validation.test(sources[0]?.read(exchange)[0] ?? '')) {
      exchange.trace?.add('authorizer', `the token does not match ${validation.source}: not invoked`);
      return unauthorized();
    }
    const known = this.cache?.get(identity);
    exchange.trace?.add('authorizer', cacheText(sources, this.cache !== null, known !== undefined));
    if (known) return evaluate(known, exchange);
    const result = await this.invoke(exchange);
    if ('kind' in result) return result;
    this.cache?.set(identity, result);
    return evaluate(result, exchange);
  }

  /** Forgets every answer. */
  flush(): void {
    this.cache?.clear();
  }

  private async invoke(exchange: Exchange): Promise<AuthorizerResult | Refusal> {
    const { kind, functionArn, sources, notPermitted } = this.settings;
    if (notPermitted !== undefined) return misconfigured(notPermitted);
    const event =
      kind === 'TOKEN'
        ? tokenAuthorizerEvent(exchange, sources[0]?.read(exchange)[0] ?? '')
        : requestAuthorizerEvent(exchange);
    const started = performance.now();
    const arn = functionArn(exchange);
    const outcome = await this.functions.invoke(arn, event);
    exchange.authorizerMs = performance.now() - started;
    exchange.authorizerRun = outcome.run;
    exchange.trace?.add('authorizer', invocationText(arn, outcome), exchange.authorizerMs);
    exchange.authorizerStatus = outcome.kind === 'success' ? 200 : 500;
    if (outcome.kind === 'success')
      return readAuthorizerResult(outcome.payload) ?? misconfigured(unusable(outcome.payload));
    // Exactly this text, nothing more: `Unauthorized: expired` is a fault like any other (AG §4).
    return outcome.kind === 'function-error' && outcome.errorMessage === 'Unauthorized'
      ? unauthorized()
      : misconfigured(faultOf(outcome));
  }
}

function evaluate({ policy, answer }: AuthorizerResult, exchange: Exchange): PolicyDecision {
  exchange.authorizer = answer;
  exchange.trace?.add('authorizer', answerText(answer));
  return policy.evaluate(exchange.methodArn, factsOf(exchange));
}

/** The refusal of a caller whom an authorizer's policy keeps out. */
export function denied(decision: Exclude<PolicyDecision, 'allow'>): Refusal {
  return refuse('ACCESS_DENIED', decision === 'explicit-deny' ? DENIED_EXPLICITLY : DENIED);
}

function unauthorized(): Refusal {
  return refuse('UNAUTHORIZED', 'Unauthorized');
}

/** Timeouts, throttles, crashes and unusable answers: 500 with a null message, never an open door (AG §1.12). */
function misconfigured(detail: string): Refusal {
  return refuse('AUTHORIZER_CONFIGURATION_ERROR', null, { detail });
}

function unusable(payload: string): string {
  return `the authorizer returned no usable policy: ${payload.slice(0, 200)}`;
}

function faultOf(outcome: Exclude<InvokeResult, { kind: 'success' }>): string {
  return `the authorizer failed: ${'errorMessage' in outcome ? outcome.errorMessage : outcome.kind}`;
}

function cacheText(sources: readonly IdentitySource[], isOn: boolean, isHit: boolean): string {
  const names = sources.map(({ expression }) => expression).join(', ');
  const identity = names === '' ? 'no identity sources' : `identity sources ${names} present`;
  if (!isOn) return `${identity}; cache off`;
  return `${identity}; cache ${isHit ? 'hit: not invoked' : 'miss'}`;
}

function invocationText(arn: string, outcome: InvokeResult): string {
  const ended = outcome.kind === 'success' ? 'returned' : faultOf(outcome);
  return `function ${arn.split(':').slice(6).join(':')} ${ended}${runText(outcome.run)}`;
}

function answerText({ principalId, context, usageIdentifierKey }: AuthorizerAnswer): string {
  const values = Object.entries({ principalId, usageIdentifierKey, ...context })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`);
  return `context ${values.join(', ') || 'empty'}`;
}
