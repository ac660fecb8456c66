import { CfnResource, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { PaywallError } from '../errors/paywall-error';
import { got, Rules } from '../errors/rules';

/** The parts of an API that a paywall has to change or to watch. */
export interface OwnedRestApi {
  readonly api: apigateway.RestApi;
  readonly resource: apigateway.CfnRestApi;
  readonly deployment: apigateway.Deployment;
  readonly stage: apigateway.Stage;
}

/**
 * A deployment is a snapshot: a paywall around an API that this app cannot redeploy would look right in the template
 * and not be live (AG §10).
 *
 * @throws PaywallError when the API is not made, deployed and staged by the stack of the paywall
 */
export function ownedRestApi(restApi: apigateway.IRestApi, paywall: Construct): OwnedRestApi {
  const constructPath = paywall.node.path;
  const resource = restApi.node.defaultChild;
  if (!CfnResource.isCfnResource(resource)) {
    refuse(
      constructPath,
      'RestApiImported',
      `restApi must be made in this app, got the imported ${got(restApi.node.path)}; put the Paywall into the stack that makes it`,
    );
  }
  const cfnRestApi = resource as apigateway.CfnRestApi;
  if (
    cfnRestApi.body !== undefined ||
    cfnRestApi.bodyS3Location !== undefined ||
    !apigateway.RestApi.isRestApi(restApi)
  ) {
    refuse(
      constructPath,
      'RestApiFromDefinition',
      `restApi must be a RestApi with methods of its own, got ${got(restApi.node.path)} made from an OpenAPI ` +
        `definition, whose methods cannot be seen; declare them with addMethod`,
    );
  }
  const { latestDeployment: deployment, deploymentStage: stage } = restApi;
  if (deployment === undefined || !(stage instanceof apigateway.Stage)) {
    refuse(
      constructPath,
      'RestApiNotDeployed',
      `restApi must deploy itself, got ${got(restApi.node.path)} with deploy: false; remove that prop`,
    );
  }
  requireStack(restApi, paywall);
  requireKeySource(cfnRestApi, constructPath);
  return { api: restApi as apigateway.RestApi, resource: cfnRestApi, deployment, stage };
}

/** The deployment waits for what the paywall makes, and that for the API: two stacks would wait for each other. */
function requireStack(restApi: apigateway.IRestApi, paywall: Construct): void {
  const [own, other] = [Stack.of(paywall).node.path, Stack.of(restApi).node.path];
  if (Stack.of(restApi) === Stack.of(paywall)) return;
  refuse(
    paywall.node.path,
    'RestApiInAnotherStack',
    `restApi must be made in the stack of the Paywall, ${got(own)}, got ${got(restApi.node.path)} of ${got(other)}; ` +
      `put the Paywall into that stack`,
  );
}

/** With another source API Gateway ignores the `usageIdentifierKey` of an authorizer. */
function requireKeySource(resource: apigateway.CfnRestApi, constructPath: string): void {
  const rules = new Rules();
  const source = resource.apiKeySourceType;
  rules.check(
    source === undefined || source === apigateway.ApiKeySourceType.AUTHORIZER,
    'ApiKeySourceConflict',
    `apiKeySourceType of restApi must be AUTHORIZER, got ${source}; remove that prop, the Paywall sets it`,
  );
  rules.enforce(constructPath);
}

function refuse(constructPath: string, code: string, message: string): never {
  throw new PaywallError(constructPath, [{ code, message }]);
}
