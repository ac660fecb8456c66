import { type Exchange } from '../http/exchange';
import { refuse, type Refusal } from '../http/outcome';
import { factsOf } from './condition-facts';
import { type Policy, type PolicyDecision } from './policy';

/**
 * The resource policy of a REST API, for callers without an AWS identity (AG §3).
 *
 * Explicit denies come first. What an authorizer then says is combined with the policy: any deny wins, and a policy
 * that allows makes up for an authorizer that says neither; both neither is an implicit deny.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export class ResourcePolicy {
  constructor(private readonly policy: Policy) {}

  decide(exchange: Exchange): PolicyDecision {
    return this.policy.evaluate(exchange.methodArn, factsOf(exchange));
  }

  /** @returns the refusal of a caller whom the policy alone keeps out */
  static refusal(exchange: Exchange, decision: Exclude<PolicyDecision, 'allow'>): Refusal {
    const suffix = decision === 'explicit-deny' ? ' with an explicit deny' : '';
    return refuse(
      'ACCESS_DENIED',
      'User: anonymous is not authorized to perform: execute-api:Invoke on resource: ' +
        `${maskAccount(exchange.methodArn)}${suffix}`,
    );
  }
}

/** The account id is shown by its last four digits only (AG §2). */
function maskAccount(arn: string): string {
  return arn.replace(/:\d{8}(\d{4}):/, ':********$1:');
}
