import { type Clock } from '../../contract';
import { parseResourcePolicy } from '../authorizer/policy';
import { ResourcePolicy } from '../authorizer/resource-policy';
import {
  MAX_URL_CHARS_EDGE,
  MAX_URL_CHARS_REGIONAL,
  STREAM_IDLE_MS_EDGE,
  STREAM_IDLE_MS_REGIONAL,
} from '../http/limits';
import { BinaryMediaTypes } from '../integration/binary-media-types';
import { type Api, type Stage } from '../model';
import { GatewayResponses } from '../response/gateway-response';
import { type GatewayControl } from '../control';
import { type Backends } from './integration';
import { type InvokePermissions } from './invoke-permissions';
import { bagOf, numberOf, stringOf, stringsOf } from './l1';
import { type Located, type Resources } from './resources';
import { compileStage, stagesOf } from './stage';

/** What compiled APIs call and share. */
export interface CompileContext extends Backends {
  readonly resources: Resources;
  readonly clock: Clock;
  readonly control: GatewayControl;
  readonly permissions: InvokePermissions;
}

/** Compiles one `AWS::ApiGateway::RestApi` with everything that belongs to it. */
export function compileApi(located: Located, context: CompileContext): Api {
  const { stack, id, resource, properties } = located;
  const { resources } = context;
  const types = stringsOf(bagOf(properties, 'EndpointConfiguration') ?? {}, 'Types');
  // Edge-optimized is the default (AG §10).
  const isEdge = types.length === 0 || types.includes('EDGE');
  const stages = new Map<string, Stage>();
  const api: Api = {
    stack: stack.name,
    logicalId: resource.logicalId,
    apiId: id,
    name: stringOf(properties, 'Name') ?? resource.logicalId,
    accountId: stack.accountId,
    region: stack.region,
    partition: stack.partition,
    binaryMediaTypes: new BinaryMediaTypes(stringsOf(properties, 'BinaryMediaTypes')),
    gatewayResponses: new GatewayResponses(resources.ofApi('GatewayResponse', id).map((r) => r.properties)),
    resourcePolicy: resourcePolicyOf(located),
    stages,
    minimumCompressionBytes: numberOf(properties, 'MinimumCompressionSize') ?? null,
    maxUrlChars: isEdge ? MAX_URL_CHARS_EDGE : MAX_URL_CHARS_REGIONAL,
    streamIdleMs: isEdge ? STREAM_IDLE_MS_EDGE : STREAM_IDLE_MS_REGIONAL,
  };
  for (const stage of stagesOf(resources, id)) stages.set(stage.name, compileStage(stage, located, context));
  return api;
}

function resourcePolicyOf({ stack, id, properties }: Located): ResourcePolicy | null {
  if (properties['Policy'] === undefined) return null;
  const policy = parseResourcePolicy(properties['Policy'], executeApiArn(stack, id));
  return policy && new ResourcePolicy(policy);
}

/** `arn:{partition}:execute-api:{region}:{account}:{api}/` */
export function executeApiArn({ partition, region, accountId }: Located['stack'], apiId: string): string {
  return `arn:${partition}:execute-api:${region}:${accountId}:${apiId}/`;
}
