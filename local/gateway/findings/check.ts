import { type EngineFinding, type ResolvedStack } from '../../contract';
import { type Properties } from '../compile/l1';
import { Resources } from '../compile/resources';
import { checkApi } from './check-api';
import { checkAuthorizer } from './check-authorizer';
import { checkMethod } from './check-method';
import { checkUsage } from './check-usage';
import { type Report, reporter } from './finding';
import { KNOWN_PROPERTIES } from './known-properties';

const PREFIX = 'AWS::ApiGateway::';

/**
 * Lists what the gateway does not imitate: an `error` where a caller would be answered differently than on AWS,
 * a `notice` for what is merely unknown.
 */
export function checkGatewayResources(stacks: readonly ResolvedStack[]): EngineFinding[] {
  const findings: EngineFinding[] = [];
  const resources = new Resources(stacks);
  for (const stack of stacks)
    for (const resource of stack.resources.values()) {
      if (!resource.type.startsWith(PREFIX)) continue;
      const name = resource.type.slice(PREFIX.length);
      const report = reporter(findings, resource.path);
      const known = KNOWN_PROPERTIES[name];
      if (!known) report('notice', 'UnknownGatewayType', `${resource.type}: it has no effect`);
      else {
        reportUnknown(resource.type, resource.properties, known, report);
        CHECKS[name]?.(resource.properties, report, resource.physicalId, resources);
      }
    }
  checkUsage(resources, findings);
  return findings;
}

type Check = (properties: Properties, report: Report, id: string, resources: Resources) => void;

const CHECKS: Readonly<Record<string, Check>> = {
  RestApi: checkApi.restApi,
  Stage: checkApi.stage,
  GatewayResponse: checkApi.gatewayResponse,
  Model: checkApi.model,
  Authorizer: checkAuthorizer,
  Method: checkMethod,
};

/** Properties whose absence from the engine shows: a caller would be answered differently. */
const UNIMITATED: ReadonlySet<string> = new Set([
  'RestApi.Body',
  'RestApi.BodyS3Location',
  'RestApi.CloneFrom',
  'Method.AuthorizationScopes',
  'Deployment.DeploymentCanarySettings',
]);

function reportUnknown(type: string, properties: Properties, known: readonly string[], report: Report): void {
  for (const key of Object.keys(properties)) {
    if (known.includes(key) || properties[key] === undefined) continue;
    const isError = UNIMITATED.has(`${type.slice(PREFIX.length)}.${key}`);
    report(
      isError ? 'error' : 'notice',
      isError ? 'UnsupportedProperty' : 'UnknownProperty',
      `${key} of ${type}${isError ? ' would change answers' : ': it has no effect'}`,
    );
  }
}
