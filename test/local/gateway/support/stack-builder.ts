import { type ResolvedResource, type ResolvedStack } from '../../../../local/contract';

export type Props = Record<string, any>;

/** Builds resolved stacks by hand: one REST API, its methods named by path. */
export class StackBuilder {
  private readonly list: ResolvedResource[] = [];
  private readonly paths = new Map<string, string>([['/', 'root']]);

  constructor(
    readonly apiId = 'api1',
    api: Props = {},
  ) {
    this.add('RestApi', 'Api', { Name: 'api', ...api }, apiId);
  }

  /** @param type without `AWS::ApiGateway::` */
  add(type: string, logicalId: string, properties: Props, physicalId = logicalId): this {
    return this.resource(`AWS::ApiGateway::${type}`, logicalId, properties, physicalId);
  }

  resource(type: string, logicalId: string, properties: Props = {}, physicalId = logicalId): this {
    this.list.push({
      logicalId,
      type,
      physicalId,
      properties,
      metadata: {},
      path: `Stack/${logicalId}`,
    });
    return this;
  }

  /** A resource of the API. */
  own(type: string, logicalId: string, properties: Props): this {
    return this.add(type, logicalId, { RestApiId: this.apiId, ...properties });
  }

  stage(name = 'prod', properties: Props = {}): this {
    return this.own('Deployment', `Deployment${name}`, {}).add(
      'Stage',
      `Stage${name}`,
      { RestApiId: this.apiId, StageName: name, DeploymentId: `Deployment${name}`, ...properties },
      name,
    );
  }

  method(httpMethod: string, path: string, integration: Props, properties: Props = {}): this {
    return this.own('Method', `Method${httpMethod}${path}`, {
      HttpMethod: httpMethod,
      ResourceId: this.resourceAt(path),
      AuthorizationType: 'NONE',
      Integration: integration,
      ...properties,
    });
  }

  /** @returns the id of the resource, made with its parents when it is new */
  resourceAt(path: string): string {
    const known = this.paths.get(path);
    if (known) return known;
    const cut = path.lastIndexOf('/');
    const parent = this.resourceAt(path.slice(0, cut) || '/');
    const id = `res${path}`;
    this.own('Resource', id, { ParentId: parent, PathPart: path.slice(cut + 1) });
    this.paths.set(path, id);
    return id;
  }

  build(): ResolvedStack {
    return {
      name: 'Stack',
      accountId: '123456789012',
      region: 'eu-west-1',
      partition: 'aws',
      resources: new Map(this.list.map((r) => [r.logicalId, r])),
      outputs: {},
    };
  }
}

export const uriOf = (functionArn: string): string =>
  `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;

export const lambdaProxy = (functionArn: string, more: Props = {}): Props => ({
  Type: 'AWS_PROXY',
  IntegrationHttpMethod: 'POST',
  Uri: uriOf(functionArn),
  ...more,
});

/** A MOCK integration that answers 200 with this text. */
export const mock = (text = '{"ok":true}', more: Props = {}): Props => ({
  Type: 'MOCK',
  RequestTemplates: { 'application/json': '{ statusCode: 200 }' },
  IntegrationResponses: [{ StatusCode: '200', ResponseTemplates: { 'application/json': text } }],
  ...more,
});
