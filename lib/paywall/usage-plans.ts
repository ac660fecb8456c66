import { Names } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import type { SubscriptionAuthorizer } from '../authorizer/subscription-authorizer';
import type { Plan } from '../plan/plan';
import type { Throttle } from '../plan/throttle';

export const DEFAULT_POOL_THROTTLE: Throttle = { rateLimit: 500, burstLimit: 500 };

/** A usage plan for each plan, and one for the shared keys of accounts that have no key of their own. */
export class UsagePlans extends Construct {
  public readonly byPlan: { [planId: string]: apigateway.UsagePlan };
  public readonly pool: apigateway.UsagePlan;

  constructor(
    scope: Construct,
    id: string,
    private readonly stage: apigateway.Stage,
    private readonly authorizer: SubscriptionAuthorizer,
    plans: readonly Plan[],
    poolThrottle: Throttle = DEFAULT_POOL_THROTTLE,
  ) {
    super(scope, id);
    this.byPlan = Object.fromEntries(
      plans.map((plan) => [
        plan.id,
        this.usagePlan(plan.id, `Accounts on the plan ${plan.id}`, plan.throttle, this.quotaOf(plan)),
      ]),
    );
    this.pool = this.usagePlan('Pool', 'Accounts without an API Gateway key of their own', poolThrottle);
    for (let index = 0; index < authorizer.poolKeys; index++) {
      this.addKey(`PoolKey${index}`, this.pool, authorizer.poolKeyValue(index), 'Shared by accounts');
    }
  }

  /** An own key for an account, on the usage plan of its plan. */
  public addAccountKey(accountId: string, planId: string): apigateway.ApiKey {
    const value = this.authorizer.accountKeyValue(accountId);
    return this.addKey(`AccountKey-${accountId}`, this.byPlan[planId]!, value, `Account ${accountId}`);
  }

  /** Weeks, anniversaries and soft limits were refused with the props. */
  private quotaOf({ quota }: Plan): apigateway.QuotaSettings | undefined {
    if (quota === undefined || !this.authorizer._quotaEnforcement._byUsagePlan) return undefined;
    const period = quota._render().period === 'day' ? apigateway.Period.DAY : apigateway.Period.MONTH;
    return { limit: quota.limit, period };
  }

  private usagePlan(
    id: string,
    description: string,
    throttle?: Throttle,
    quota?: apigateway.QuotaSettings,
  ): apigateway.UsagePlan {
    const name = `${Names.uniqueResourceName(this, { maxLength: 64, separator: '-' })}-${id}`;
    return new apigateway.UsagePlan(this, id, {
      name,
      description,
      throttle,
      quota,
      apiStages: [{ stage: this.stage }],
    });
  }

  private addKey(
    id: string,
    plan: apigateway.UsagePlan,
    value: string,
    description: string,
  ): apigateway.ApiKey {
    const key = new apigateway.ApiKey(this, id, { value, description, enabled: true });
    // Not UsagePlan.addApiKey: its logical ids depend on the order of keys and on a feature flag (AG §10).
    new apigateway.CfnUsagePlanKey(key, 'UsagePlanKey', {
      keyId: key.keyId,
      keyType: 'API_KEY',
      usagePlanId: plan.usagePlanId,
    });
    return key;
  }
}
