import type * as CloudFormation from '@aws-sdk/client-cloudformation';
import type * as Lambda from '@aws-sdk/client-lambda';
import type * as Ssm from '@aws-sdk/client-ssm';
import type * as Sts from '@aws-sdk/client-sts';
import { errors } from '../errors';
import { translateAwsError } from './aws-error';

export interface AwsTarget {
  /** @default - AWS_REGION, AWS_DEFAULT_REGION, then the profile's Region */
  readonly region?: string;
  /** @default - AWS_PROFILE, then the standard provider chain */
  readonly profile?: string;
}

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/;

/**
 * Credentials and Region of one command. The clients of the AWS SDK are loaded when they are first used: commands
 * that stay on the laptop do not wait for them.
 */
export class AwsSession {
  private constructor(
    readonly region: string,
    readonly credentials: () => Promise<AwsCredentials>,
    private readonly env: Readonly<Record<string, string | undefined>>,
  ) {}

  /** @throws CliError `NoRegion` or `BadRegion` */
  static async open(
    target: AwsTarget,
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<AwsSession> {
    const region = await regionOf(target, env);
    if (!REGION.test(region)) throw errors.badRegion(region);
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
    const chain = fromNodeProviderChain({ profile: target.profile, clientConfig: { region } });
    const credentials = async () => {
      try {
        return await chain();
      } catch (error) {
        throw errors.noCredentials(error);
      }
    };
    return new AwsSession(region, credentials, env);
  }

  /** Endpoint set by the environment, as the AWS SDKs read it; `undefined`: the service's own. */
  endpoint(service: string): string | undefined {
    return this.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? this.env.AWS_ENDPOINT_URL;
  }

  async cloudFormation<T>(
    use: (client: CloudFormation.CloudFormationClient, sdk: typeof CloudFormation) => Promise<T>,
  ): Promise<T> {
    const sdk = await import('@aws-sdk/client-cloudformation');
    return await this.with('CloudFormation', new sdk.CloudFormationClient(this.config()), (client) =>
      use(client, sdk),
    );
  }

  async lambda<T>(use: (client: Lambda.LambdaClient, sdk: typeof Lambda) => Promise<T>): Promise<T> {
    const sdk = await import('@aws-sdk/client-lambda');
    return await this.with('Lambda', new sdk.LambdaClient(this.config()), (client) => use(client, sdk));
  }

  async ssm<T>(use: (client: Ssm.SSMClient, sdk: typeof Ssm) => Promise<T>): Promise<T> {
    const sdk = await import('@aws-sdk/client-ssm');
    return await this.with('Systems Manager', new sdk.SSMClient(this.config()), (client) => use(client, sdk));
  }

  async sts<T>(use: (client: Sts.STSClient, sdk: typeof Sts) => Promise<T>): Promise<T> {
    const sdk = await import('@aws-sdk/client-sts');
    return await this.with('STS', new sdk.STSClient(this.config()), (client) => use(client, sdk));
  }

  private config() {
    return { region: this.region, credentials: this.credentials };
  }

  private async with<C extends { destroy(): void }, T>(
    service: string,
    client: C,
    use: (client: C) => Promise<T>,
  ): Promise<T> {
    try {
      return await use(client);
    } catch (error) {
      throw translateAwsError(service, error);
    } finally {
      client.destroy();
    }
  }
}

async function regionOf(
  target: AwsTarget,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const given = target.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (given) return given;
  // Only the SDK knows how to read the profile's files; any client will do.
  const { STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({ profile: target.profile });
  try {
    return await client.config.region();
  } catch {
    throw errors.noRegion();
  } finally {
    client.destroy();
  }
}
