import { CfnResource, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { renderProperties } from '../authorizer/render-properties';
import type { SubscriptionAuthorizer } from '../authorizer/subscription-authorizer';
import type { BrokenRule } from '../errors/broken-rule';
import { got } from '../errors/rules';
import { takeInventory, type ApiInventory } from './api-inventory';
import { describeMethod } from './api-method';
import { checkCaching } from './check-caching';
import { checkMethods } from './check-methods';
import { checkCosts, checkRoutes } from './check-routes';
import type { OwnedRestApi } from './owned-rest-api';
import { holdsStage, same } from './plans-of-stage';

/** What the final checks look at. */
export interface FinalState {
  readonly root: IConstruct;
  readonly restApi: OwnedRestApi;
  readonly authorizer: SubscriptionAuthorizer;
  readonly acknowledgeResourcePolicy: boolean;
  /** Ids of the plans whose accounts get API Gateway keys of their own. */
  readonly provisionedPlans: readonly string[];
}

/**
 * Rules that can only be judged when everything has been added and every aspect has run. They look at the properties
 * that go into the template, so that an override on an L1 cannot open the API unseen.
 */
export function finalChecks(state: FinalState): string[] {
  const inventory = takeInventory(state.root, state.restApi.resource);
  const methods = inventory.methods.map(describeMethod);
  const broken = [
    ...checkRestApi(state),
    ...checkCache(state),
    ...checkCaching(state, methods),
    ...checkStages(state, inventory),
    ...checkKeys(state),
    ...checkProvisioner(state),
    ...checkMethods(state, methods),
    ...checkRoutes(state.authorizer._catalogue.definition, methods),
    ...checkCosts(state.authorizer._catalogue.catalogue, methods),
  ];
  return broken.map(({ code, message }) => `${code}: ${message}`);
}

function checkRestApi({ restApi, acknowledgeResourcePolicy }: FinalState): BrokenRule[] {
  const properties = renderProperties(restApi.resource);
  const broken: BrokenRule[] = [];
  if (properties.Policy !== undefined && !acknowledgeResourcePolicy) {
    broken.push({
      code: 'ResourcePolicyUnacknowledged',
      message:
        'a paywalled API must have no resource policy, got one; its denials would leave as 402: remove it, or pass ' +
        'acknowledgeResourcePolicy: true',
    });
  }
  if (properties.ApiKeySourceType !== apigateway.ApiKeySourceType.AUTHORIZER) {
    broken.push({
      code: 'ApiKeySourceConflict',
      message:
        `apiKeySourceType of restApi must be AUTHORIZER, got ${String(properties.ApiKeySourceType)}; remove the ` +
        `override, the Paywall sets it`,
    });
  }
  return broken;
}

/** A cached answer repeats a refusal after the payment, and admits without counting (AG §1.9). */
function checkCache({ authorizer }: FinalState): BrokenRule[] {
  const ttl = renderProperties(authorizer.node.defaultChild as CfnResource).AuthorizerResultTtlInSeconds;
  const { resultsCacheTtl, _byUsagePlan } = authorizer._quotaEnforcement;
  const declared = resultsCacheTtl.toSeconds();
  if (ttl === declared) return [];
  const fix = _byUsagePlan
    ? 'pass resultsCacheTtl to QuotaEnforcement.usagePlan(): what is cached is flushed only then'
    : 'units would not be counted';
  return [
    {
      code: 'AuthorizerCacheEnabled',
      message: `authorizerResultTtlInSeconds must be ${declared}, got ${String(ttl)}; remove the override: ${fix}`,
    },
  ];
}

/** Where usage plans count, an account without a key of its own is refused: somebody has to make them. */
function checkProvisioner({ authorizer, provisionedPlans }: FinalState): BrokenRule[] {
  if (!authorizer._quotaEnforcement._byUsagePlan) return [];
  const left = authorizer._catalogue.plans.map(({ id }) => id).filter((id) => !provisionedPlans.includes(id));
  if (left.length === 0) return [];
  return [
    {
      code: 'UsageKeyProvisionerMissing',
      message:
        'with QuotaEnforcement.usagePlan() a UsageKeyProvisioner must make keys for the accounts of every plan, got ' +
        `none for ${left.map(got).join(', ')}; add new UsageKeyProvisioner(...) without plans`,
    },
  ];
}

/** Usage plans are bound to the API's own stage; on another one every call would be a 403. */
function checkStages({ restApi }: FinalState, { stages }: ApiInventory): BrokenRule[] {
  return stages
    .filter((stage) => stage !== restApi.stage.node.defaultChild)
    .map((stage) => ({
      code: 'StageUnsupported',
      message:
        `a paywalled API has the one stage that it made itself, got ${stage.node.path}; use deployOptions to shape ` +
        `that stage, or make an API per stage`,
    }));
}

/** Without a key on a plan of this stage no `usageIdentifierKey` is ever valid, and every call is a 403. */
function checkKeys({ root, restApi }: FinalState): BrokenRule[] {
  const resources = root.node.findAll().filter(CfnResource.isCfnResource);
  const ofType = (type: string) => resources.filter((resource) => resource.cfnResourceType === type);
  const plans = ofType(apigateway.CfnUsagePlan.CFN_RESOURCE_TYPE_NAME).filter((plan) =>
    holdsStage(plan, restApi.stage),
  );
  const bound = ofType(apigateway.CfnUsagePlanKey.CFN_RESOURCE_TYPE_NAME).some((key) =>
    plans.some((plan) => same(renderProperties(key).UsagePlanId, Stack.of(key).resolve(plan.ref))),
  );
  if (bound) return [];
  return [
    {
      code: 'UsagePlanKeyMissing',
      message:
        'a usage plan of the stage must hold at least one key, got none; do not remove the pool of the Paywall',
    },
  ];
}
