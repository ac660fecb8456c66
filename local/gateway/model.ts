import { type Authorizer } from './authorizer/authorizer';
import { type ResourcePolicy } from './authorizer/resource-policy';
import { type MethodTexts } from './http/event-text';
import { type Exchange } from './http/exchange';
import { type Outcome, type Refusal } from './http/outcome';
import { type BinaryMediaTypes } from './integration/binary-media-types';
import { type GatewayResponses } from './response/gateway-response';
import { type RouteTable } from './routing';
import { type Template } from './mapping/substitution';

/** One REST API, compiled: everything that does not depend on a request is computed before serving. */
export interface Api {
  readonly stack: string;
  readonly logicalId: string;
  readonly apiId: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly binaryMediaTypes: BinaryMediaTypes;
  readonly gatewayResponses: GatewayResponses;
  /** Null when the API has none: everybody may call it. */
  readonly resourcePolicy: ResourcePolicy | null;
  readonly stages: ReadonlyMap<string, Stage>;
  /** Answers of at least this many bytes are compressed; null when none are. */
  readonly minimumCompressionBytes: number | null;
  /** Longest URL in characters: 8,192 for edge-optimized APIs, 10,240 for regional ones (AG §5 Limits). */
  readonly maxUrlChars: number;
  /** How long nothing of a streamed answer may come: 30 s of edge-optimized APIs, 5 min of others (AG §7.9). */
  readonly streamIdleMs: number;
}

export interface Stage {
  readonly name: string;
  readonly deploymentId: string;
  /** Null when there are none: events then carry `null`. */
  readonly variables: Readonly<Record<string, string>> | null;
  readonly canary: Canary | null;
  readonly routes: RouteTable<Method>;
  /** Lines of the access log, when the stage has one. */
  readonly accessLog: Template | null;
  /** `arn:{partition}:execute-api:{region}:{account}:{api}/{stage}/` */
  readonly methodArnPrefix: string;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html */
export interface Canary {
  /** 0 to 100. */
  readonly percentTraffic: number;
  /** Stage variables with the overrides merged over them. */
  readonly variables: Readonly<Record<string, string>> | null;
  readonly deploymentId: string;
}

/** A method on a resource, as one stage serves it. */
export interface Method {
  readonly resourceId: string;
  readonly resourcePath: string;
  /** As defined: `ANY` for any verb. */
  readonly httpMethod: string;
  readonly operationName: string | undefined;
  /** What events say of it. */
  readonly texts: MethodTexts;
  readonly authorizer: Authorizer | null;
  /** Puts the key that the client shows on the exchange, for the authorizer's event. */
  readonly presentApiKey: (exchange: Exchange) => void;
  /** API key, usage plan and stage throttle, in that order. */
  readonly admit: (exchange: Exchange) => Refusal | null;
  /** Parameters, then body; null when the method has no validator. */
  readonly validate: ((exchange: Exchange) => Refusal | null) | null;
  /** Type and target of the integration, for people. */
  readonly backend: string;
  readonly integrate: (exchange: Exchange) => Outcome | Promise<Outcome>;
}
