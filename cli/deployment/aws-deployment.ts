import { errors } from '../errors';
import { authorizerMetadata, type AuthorizerFunction, type Deployment } from './deployment';
import type { AwsSession } from '../aws/session';
import { isProvisioner, type ProvisionerFunction } from './provisioner-function';
import { webhookMetadata, type WebhookFunction } from './webhook-function';

interface Template {
  readonly Resources?: Readonly<Record<string, { Type?: string; Metadata?: unknown } | undefined>>;
}

/** A stack in CloudFormation. Its functions are found by the metadata that the constructs leave in its template. */
export class AwsDeployment implements Deployment {
  readonly clockOffsetMs = 0;
  private template?: Promise<Template>;

  constructor(
    private readonly session: AwsSession,
    private readonly stackName: string,
  ) {}

  get description(): string {
    return `the stack ${this.stackName} in ${this.session.region}`;
  }

  async authorizerIds(): Promise<readonly string[]> {
    const { Resources = {} } = await this.readTemplate();
    return Object.keys(Resources).filter((id) => authorizerMetadata(Resources[id]?.Metadata) !== undefined);
  }

  async authorizer(logicalId: string): Promise<AuthorizerFunction> {
    const { Resources = {} } = await this.readTemplate();
    const mark = authorizerMetadata(Resources[logicalId]?.Metadata);
    if (!mark) throw errors.unknownAuthorizer(logicalId, await this.authorizerIds());
    return {
      logicalId,
      catalogue: mark.catalogue,
      environment: await this.environment(await this.functionName(logicalId)),
      database: {
        endpoint: this.session.endpoint('dynamodb'),
        region: this.session.region,
        credentials: () => this.session.credentials(),
      },
      secretsEndpoint: this.session.endpoint('secrets_manager'),
    };
  }

  async webhookIds(): Promise<readonly string[]> {
    const { Resources = {} } = await this.readTemplate();
    return Object.keys(Resources).filter((id) => webhookMetadata(Resources[id]?.Metadata) !== undefined);
  }

  async webhook(logicalId: string): Promise<WebhookFunction> {
    const { Resources = {} } = await this.readTemplate();
    const metadata = webhookMetadata(Resources[logicalId]?.Metadata);
    if (!metadata) throw errors.unknownWebhook(logicalId, await this.webhookIds());
    const functionName = await this.functionName(logicalId);
    return {
      logicalId,
      functionName,
      metadata,
      environment: await this.environment(functionName),
      region: this.session.region,
      endpoint: (service) => this.session.endpoint(service),
      credentials: () => this.session.credentials(),
    };
  }

  async provisioners(): Promise<readonly ProvisionerFunction[]> {
    const { Resources = {} } = await this.readTemplate();
    const ids = Object.keys(Resources).filter((id) => isProvisioner(Resources[id]?.Metadata));
    const found: ProvisionerFunction[] = [];
    for (const logicalId of ids) {
      found.push({
        logicalId,
        environment: await this.environment(await this.functionName(logicalId)),
        region: this.session.region,
        endpoint: (service) => this.session.endpoint(service),
        credentials: () => this.session.credentials(),
      });
    }
    return found;
  }

  private readTemplate(): Promise<Template> {
    this.template ??= this.session.cloudFormation(async (client, { GetTemplateCommand }) => {
      try {
        const { TemplateBody } = await client.send(
          new GetTemplateCommand({ StackName: this.stackName, TemplateStage: 'Original' }),
        );
        return JSON.parse(TemplateBody ?? '{}') as Template;
      } catch (error) {
        // CloudFormation has no error of its own for this: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html
        if ((error as Error).name === 'ValidationError')
          throw errors.noSuchStack(this.stackName, this.session.region);
        if (error instanceof SyntaxError)
          throw errors.noAuthorizer(`${this.description}, whose template is not JSON,`);
        throw error;
      }
    });
    return this.template;
  }

  private functionName(logicalId: string): Promise<string> {
    return this.session.cloudFormation(async (client, { DescribeStackResourceCommand }) => {
      const { StackResourceDetail } = await client.send(
        new DescribeStackResourceCommand({ StackName: this.stackName, LogicalResourceId: logicalId }),
      );
      return StackResourceDetail?.PhysicalResourceId ?? logicalId;
    });
  }

  private environment(functionName: string): Promise<Record<string, string>> {
    return this.session.lambda(async (client, { GetFunctionConfigurationCommand }) => {
      const { Environment } = await client.send(
        new GetFunctionConfigurationCommand({ FunctionName: functionName }),
      );
      return { ...Environment?.Variables };
    });
  }
}
