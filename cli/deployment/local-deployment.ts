import { errors } from '../errors';
import { authorizerMetadata, type AuthorizerFunction, type Deployment } from './deployment';
import type { RunningEngine } from './discovery';
import { isProvisioner, type ProvisionerFunction } from './provisioner-function';
import { webhookMetadata, type WebhookFunction } from './webhook-function';

/** A local engine. */
export class LocalDeployment implements Deployment {
  readonly description = 'the local engine';

  constructor(private readonly engine: RunningEngine) {}

  get clockOffsetMs(): number {
    return this.engine.clockOffsetMs;
  }

  async authorizerIds(): Promise<readonly string[]> {
    return this.engine.functions
      .filter(({ metadata }) => authorizerMetadata(metadata) !== undefined)
      .map(({ logicalId }) => logicalId);
  }

  async authorizer(logicalId: string): Promise<AuthorizerFunction> {
    const found = this.engine.functions.find((candidate) => candidate.logicalId === logicalId);
    const mark = authorizerMetadata(found?.metadata);
    if (!found || !mark) throw errors.unknownAuthorizer(logicalId, await this.authorizerIds());
    const { environment } = found;
    return {
      logicalId,
      catalogue: mark.catalogue,
      environment,
      database: {
        endpoint: this.engine.endpoints.dynamodb,
        region: environment.AWS_REGION ?? 'us-east-1',
        credentials: () => credentialsOf(environment),
      },
      secretsEndpoint: this.engine.endpoints.secrets_manager,
    };
  }

  async provisioners(): Promise<readonly ProvisionerFunction[]> {
    return this.engine.functions
      .filter(({ metadata }) => isProvisioner(metadata))
      .map(({ logicalId, environment }) => ({
        logicalId,
        environment,
        region: environment.AWS_REGION ?? 'us-east-1',
        endpoint: (service) => this.engine.endpoints[service],
        credentials: () => credentialsOf(environment),
      }));
  }

  async webhookIds(): Promise<readonly string[]> {
    return this.engine.functions
      .filter(({ metadata }) => webhookMetadata(metadata) !== undefined)
      .map(({ logicalId }) => logicalId);
  }

  async webhook(logicalId: string): Promise<WebhookFunction> {
    const found = this.engine.functions.find((candidate) => candidate.logicalId === logicalId);
    const metadata = webhookMetadata(found?.metadata);
    if (!found || !metadata) throw errors.unknownWebhook(logicalId, await this.webhookIds());
    const { name, environment } = found;
    return {
      logicalId,
      functionName: name,
      metadata,
      environment,
      region: environment.AWS_REGION ?? 'us-east-1',
      endpoint: (service) => this.engine.endpoints[service],
      credentials: () => credentialsOf(environment),
    };
  }
}

/** As the function signs: DynamoDB Local keeps a set of tables for each access key. */
async function credentialsOf(environment: Readonly<Record<string, string>>) {
  return {
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? 'local',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? 'local',
  };
}
