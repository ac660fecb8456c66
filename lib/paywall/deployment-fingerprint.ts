import { Lazy, type CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { renderProperties } from '../authorizer/render-properties';
import { takeInventory } from './api-inventory';
import type { OwnedRestApi } from './owned-rest-api';

/**
 * Makes every change that a deployment has to carry a new deployment. CDK looks at methods when they are made; what
 * aspects and overrides do to them later, and gateway responses made as L1, it does not see (AG §10).
 */
export function feedDeployment(restApi: OwnedRestApi, root: IConstruct): void {
  restApi.deployment.addToLogicalId(
    Lazy.uncachedAny({
      produce: () => {
        const inventory = takeInventory(root, restApi.resource);
        return {
          methods: inventory.methods.map(named),
          authorizers: inventory.authorizers.map(named),
          gatewayResponses: inventory.gatewayResponses.map(named),
        };
      },
    }),
  );
}

function named(resource: CfnResource): [string, unknown] {
  return [resource.logicalId, renderProperties(resource)];
}
