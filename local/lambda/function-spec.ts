import { type LoadedStack } from '../assembly';
import { type ResolvedResource } from '../contract';

/** A function as its template describes it. */
export interface FunctionSpec {
  readonly logicalId: string;
  readonly stack: string;
  readonly path: string;
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly accountId: string;
  /** `undefined` for container images. */
  readonly runtime: string | undefined;
  readonly handler: string;
  /** Megabytes. */
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** At most this many events at a time; `undefined` leaves it to the engine. */
  readonly reservedConcurrency: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroupName: string;
  /** How many layers it names. */
  readonly layers: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly code: FunctionCode;
}

export type FunctionCode =
  | { readonly kind: 'inline'; readonly text: string }
  /** A directory or a zip file. */
  | { readonly kind: 'asset'; readonly path: string }
  /** In a bucket or registry that the assembly says nothing about. */
  | { readonly kind: 'elsewhere' };

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
const DEFAULT_MEMORY_MB = 128;
const DEFAULT_TIMEOUT_SECONDS = 3;

function codeOf(stack: LoadedStack, resource: ResolvedResource): FunctionCode {
  const code = (resource.properties.Code ?? {}) as Record<string, unknown>;
  if (typeof code.ZipFile === 'string') return { kind: 'inline', text: code.ZipFile };
  const asset = code.ImageUri === undefined ? stack.assets.find(resource, code.S3Key) : undefined;
  return asset ? { kind: 'asset', path: asset.path } : { kind: 'elsewhere' };
}

function numberOf(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function toSpec(stack: LoadedStack, resource: ResolvedResource): FunctionSpec {
  const { logicalId, physicalId: name, properties, path } = resource;
  const { region, accountId, partition } = stack;
  const variables =
    (properties.Environment as { Variables?: Record<string, unknown> } | undefined)?.Variables ?? {};
  const logging = properties.LoggingConfig as { LogGroup?: string } | undefined;
  return {
    logicalId,
    stack: stack.name,
    path,
    name,
    arn: `arn:${partition}:lambda:${region}:${accountId}:function:${name}`,
    region,
    accountId,
    runtime: properties.Runtime as string | undefined,
    handler: String(properties.Handler ?? ''),
    memoryMb: numberOf(properties.MemorySize) ?? DEFAULT_MEMORY_MB,
    timeoutMs: (numberOf(properties.Timeout) ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
    reservedConcurrency: numberOf(properties.ReservedConcurrentExecutions),
    environment: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
    logGroupName: logging?.LogGroup ?? `/aws/lambda/${name}`,
    layers: Array.isArray(properties.Layers) ? properties.Layers.length : 0,
    metadata: resource.metadata,
    code: codeOf(stack, resource),
  };
}

/** Every function of the stacks, in template order. */
export function functionSpecs(stacks: readonly LoadedStack[]): FunctionSpec[] {
  return stacks.flatMap((stack) =>
    [...stack.resources.values()]
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .map((resource) => toSpec(stack, resource)),
  );
}

/** Those that a REST API can call: as integration or as authorizer. */
export function reachedSpecs(
  specs: readonly FunctionSpec[],
  stacks: readonly LoadedStack[],
): Set<FunctionSpec> {
  const texts = stacks
    .flatMap((stack) => [...stack.resources.values()])
    .filter(({ type }) => /^AWS::ApiGateway::(Method|Authorizer)$/.test(type))
    .map(({ properties }) => JSON.stringify(properties));
  return new Set(
    specs.filter(({ arn }) => texts.some((text) => text.includes(`${arn}/`) || text.includes(`${arn}:`))),
  );
}

/** Node.js is the only runtime that a worker thread can be. */
export function isNodeRuntime({ runtime }: FunctionSpec): boolean {
  return runtime?.startsWith('nodejs') ?? false;
}
