import { type StackEnvironment } from '../environment';
import { generateId, generateName, generateUuid } from '../names';

/** What the physical id and the attributes of one resource are computed from. */
export interface ResourceView {
  readonly logicalId: string;
  readonly type: string;
  readonly env: StackEnvironment;
  /** A property after resolution; `undefined` when absent. */
  property(name: string): unknown;
  /** What `Ref` gives. */
  ref(): string;
  attribute(name: string): unknown;
}

/** How a resource type answers `Ref` and `Fn::GetAtt`. */
export interface TypeIdentity {
  readonly ref: (resource: ResourceView) => string;
  readonly attributes?: Readonly<Record<string, (resource: ResourceView) => unknown>>;
}

export type TypeTable = Readonly<Record<string, TypeIdentity>>;

export function seedOf({ env, logicalId, type }: ResourceView): string {
  return [env.region, env.accountId, env.stackName, logicalId, type].join('/');
}

/** An id that the service makes up: lower-case letters and digits. */
export function id(length: number): (resource: ResourceView) => string {
  return (resource) => generateId(seedOf(resource), length);
}

export function uuid(resource: ResourceView): string {
  return generateUuid(seedOf(resource));
}

/** The property that names the resource, otherwise the name that CloudFormation would invent. */
export function named(property: string, maxLength = 255): (resource: ResourceView) => string {
  return (resource) => {
    const given = resource.property(property);
    if (given !== undefined) return String(given);
    return generateName(resource.env.stackName, resource.logicalId, seedOf(resource), maxLength);
  };
}

/** `arn:<partition>:<service>:<region>:<account>:<rest>` */
export function arn(service: string, rest: (ref: string) => string): (resource: ResourceView) => string {
  return (resource) => {
    const { partition, region, accountId } = resource.env;
    return `arn:${partition}:${service}:${region}:${accountId}:${rest(resource.ref())}`;
  };
}

export function ref(resource: ResourceView): string {
  return resource.ref();
}
