import { Annotations, CfnResource, Stack, type IAspect } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { renderProperties } from '../authorizer/render-properties';

/** Whether a usage plan is bound to a stage. */
export function holdsStage(plan: CfnResource, stage: apigateway.Stage): boolean {
  const stack = Stack.of(plan);
  const stages = (renderProperties(plan).ApiStages ?? []) as { ApiId?: unknown; Stage?: unknown }[];
  const [apiId, stageName] = [stack.resolve(stage.restApi.restApiId), stack.resolve(stage.stageName)];
  return stages.some((bound) => same(bound.ApiId, apiId) && same(bound.Stage, stageName));
}

/** Values of templates, references among them. */
export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Warns of usage plans on the stage that are not the paywall's. Their keys were credentials before it stood there; now
 * the key comes from the authorizer (`apiKeySourceType`), and customers who send theirs are told 401.
 */
export class WarnOfOtherPlans implements IAspect {
  constructor(
    private readonly paywall: IConstruct,
    private readonly stage: apigateway.Stage,
  ) {}

  public visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node)) return;
    if (node.cfnResourceType !== apigateway.CfnUsagePlan.CFN_RESOURCE_TYPE_NAME) return;
    if (node.node.scopes.includes(this.paywall) || !holdsStage(node, this.stage)) return;
    Annotations.of(node).addWarningV2(
      'cdk-api-paywall:otherUsagePlan',
      'the API keys of this usage plan no longer open the API, as the paywall takes the key from its authorizer: to let ' +
        'customers keep them, add Identity.importedKeys() and run `paywall keys import`; then remove the plan from the stage',
    );
  }
}
