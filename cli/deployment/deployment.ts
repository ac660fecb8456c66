import type { CatalogueDefinition } from '../../lib/domain/plan';
import { errors } from '../errors';
import type { ProvisionerFunction } from './provisioner-function';
import type { WebhookFunction } from './webhook-function';

/** Key of the resource metadata by which the constructs mark what the CLI has to find. */
export const METADATA_KEY = 'cdk-api-paywall';

/** Access to DynamoDB where a deployment keeps its accounts. */
export interface DatabaseAccess {
  /** Absent: the endpoint of the Region. */
  readonly endpoint?: string;
  readonly region: string;
  credentials(): Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;
}

/** One paywall authorizer of a deployment: its offer, and where its accounts are. */
export interface AuthorizerFunction {
  readonly logicalId: string;
  readonly catalogue: CatalogueDefinition;
  readonly environment: Readonly<Record<string, string>>;
  readonly database: DatabaseAccess;
  /** Of Secrets Manager; absent: the endpoint of the Region. */
  readonly secretsEndpoint?: string;
}

/** A running local engine or a deployed stack, as the account commands need it. */
export interface Deployment {
  /** For people: `the local engine`, `the stack QuickStart in eu-west-1`. */
  readonly description: string;
  /** How far its clock is ahead of this machine's, in milliseconds. */
  readonly clockOffsetMs: number;
  /** Logical ids of the functions that are marked as authorizers, in template order. */
  authorizerIds(): Promise<readonly string[]>;
  authorizer(logicalId: string): Promise<AuthorizerFunction>;
  /** Logical ids of the functions that take events of payment providers, in template order. */
  webhookIds(): Promise<readonly string[]>;
  webhook(logicalId: string): Promise<WebhookFunction>;
  /** Functions that give accounts API Gateway keys, of all paywalls. */
  provisioners(): Promise<readonly ProvisionerFunction[]>;
}

/** What the constructs write into the metadata of an authorizer function. */
export interface AuthorizerMetadata {
  readonly role: 'authorizer';
  readonly catalogue: CatalogueDefinition;
}

/** What the constructs have written into the metadata of a resource; its members are not checked. */
export function markOf<T>(metadata: unknown): Partial<T> | undefined {
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  return (metadata as Record<string, unknown>)[METADATA_KEY] as Partial<T> | undefined;
}

/** The mark of an authorizer function; `undefined` for any other metadata. */
export function authorizerMetadata(metadata: unknown): AuthorizerMetadata | undefined {
  const mark = markOf<AuthorizerMetadata>(metadata);
  return mark?.role === 'authorizer' && mark.catalogue !== undefined
    ? { role: mark.role, catalogue: mark.catalogue }
    : undefined;
}

/** The authorizer that was named, or the only one there is. */
export async function chooseAuthorizer(
  deployment: Deployment,
  wanted: string | undefined,
): Promise<AuthorizerFunction> {
  const ids = await deployment.authorizerIds();
  if (ids.length === 0) throw errors.noAuthorizer(deployment.description);
  if (wanted !== undefined && !ids.includes(wanted)) throw errors.unknownAuthorizer(wanted, ids);
  if (wanted === undefined && ids.length > 1) throw errors.severalAuthorizers(deployment.description, ids);
  return await deployment.authorizer(wanted ?? ids[0]!);
}
