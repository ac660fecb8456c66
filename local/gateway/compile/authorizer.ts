import { type Clock, type FunctionInvoker } from '../../contract';
import { Authorizer } from '../authorizer/authorizer';
import { compileIdentitySources } from '../authorizer/identity-source';
import { functionArnIn, withStageVariables } from '../integration/lambda-uri';
import { numberOf, type Properties, stringOf } from './l1';

/** Seconds, when the template names none (AG §4). */
const DEFAULT_TTL_SECONDS = 300;

/** Compiles an `AWS::ApiGateway::Authorizer` for one stage: the cache is per stage. */
export function compileAuthorizer(bag: Properties, functions: FunctionInvoker, clock: Clock): Authorizer {
  const kind = stringOf(bag, 'Type') === 'TOKEN' ? 'TOKEN' : 'REQUEST';
  const validation = stringOf(bag, 'IdentityValidationExpression');
  return new Authorizer(
    {
      kind,
      functionArn: withStageVariables(functionArnIn(stringOf(bag, 'AuthorizerUri') ?? '') ?? ''),
      sources: compileIdentitySources(stringOf(bag, 'IdentitySource')) ?? [],
      // Ignored for REQUEST; the whole token has to match.
      validation: kind === 'TOKEN' && validation ? new RegExp(`^(?:${validation})$`) : null,
      ttlMs: (numberOf(bag, 'AuthorizerResultTtlInSeconds') ?? DEFAULT_TTL_SECONDS) * 1000,
    },
    functions,
    clock,
  );
}
