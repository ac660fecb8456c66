import { type Clock, type FunctionInvoker } from '../../contract';
import { Authorizer } from '../authorizer/authorizer';
import { compileIdentitySources } from '../authorizer/identity-source';
import { functionArnIn, withStageVariables } from '../integration/lambda-uri';
import { type InvokePermissions } from './invoke-permissions';
import { numberOf, stringOf } from './l1';
import { type Located } from './resources';

/** Seconds, when the template names none (AG §4). */
const DEFAULT_TTL_SECONDS = 300;

export interface AuthorizerBackends {
  readonly functions: FunctionInvoker;
  readonly clock: Clock;
  readonly permissions: InvokePermissions;
}

/**
 * Compiles an `AWS::ApiGateway::Authorizer` for one stage: the cache is per stage.
 *
 * @param apiArn `arn:{partition}:execute-api:{region}:{account}:{api}/`
 */
export function compileAuthorizer(
  { id, stack, properties: bag }: Located,
  apiArn: string,
  { functions, clock, permissions }: AuthorizerBackends,
): Authorizer {
  const uri = stringOf(bag, 'AuthorizerUri') ?? '';
  const kind = stringOf(bag, 'Type') === 'TOKEN' ? 'TOKEN' : 'REQUEST';
  const validation = stringOf(bag, 'IdentityValidationExpression');
  return new Authorizer(
    {
      kind,
      functionArn: withStageVariables(functionArnIn(uri) ?? ''),
      sources: compileIdentitySources(stringOf(bag, 'IdentitySource')) ?? [],
      // Ignored for REQUEST; the whole token has to match.
      validation: kind === 'TOKEN' && validation ? new RegExp(`^(?:${validation})$`) : null,
      // The role of the authorizer is believed to allow it.
      notPermitted:
        stringOf(bag, 'AuthorizerCredentials') === undefined
          ? permissions.refusal(uri, `${apiArn}authorizers/${id}`, stack.accountId)
          : undefined,
      ttlMs: (numberOf(bag, 'AuthorizerResultTtlInSeconds') ?? DEFAULT_TTL_SECONDS) * 1000,
    },
    functions,
    clock,
  );
}
