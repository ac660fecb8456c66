import { markOf, type AuthorizerFunction, type Deployment } from './deployment';

/** Services of AWS that the commands of API Gateway keys call, by the names of `AWS_ENDPOINT_URL_<SERVICE>`. */
export type ProvisionerService = 'api_gateway' | 'sqs';

/** The function that gives accounts API Gateway keys of their own, and how what it uses can be reached. */
export interface ProvisionerFunction {
  readonly logicalId: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly region: string;
  /** Absent: the endpoint of the Region. */
  endpoint(service: ProvisionerService): string | undefined;
  credentials(): Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;
}

/** Whether the metadata are those of the function. */
export function isProvisioner(metadata: unknown): boolean {
  return markOf<{ role: string }>(metadata)?.role === 'provisioner';
}

/**
 * The provisioner of a paywall: the one that makes keys of the same scope.
 *
 * @returns `undefined` when the paywall has none, or has it in another stack
 */
export async function findProvisioner(
  deployment: Deployment,
  { environment }: AuthorizerFunction,
): Promise<ProvisionerFunction | undefined> {
  const scope = environment.USAGE_KEY_SCOPE;
  if (scope === undefined) return undefined;
  return (await deployment.provisioners()).find(
    (candidate) => candidate.environment.USAGE_KEY_SCOPE === scope,
  );
}
