import { type Engine, startEngine } from '../../../local';
import { temporaryDirectory, writeTemplate } from '../assembly/template-file';

const directory = temporaryDirectory();
const KEY = 'a-key-of-twenty-characters';

const RestApiId = { Ref: 'Api' };
const Resources = {
  Secret: {
    Type: 'AWS::SecretsManager::Secret',
    Properties: { Name: 'partner', SecretString: JSON.stringify({ key: KEY, greeting: 'hello' }) },
  },
  Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'api' } },
  Get: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId,
      ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
      HttpMethod: 'GET',
      AuthorizationType: 'NONE',
      ApiKeyRequired: true,
      Integration: {
        Type: 'MOCK',
        RequestTemplates: { 'application/json': '{"statusCode":200}' },
        IntegrationResponses: [
          {
            StatusCode: '200',
            ResponseTemplates: { 'application/json': '$stageVariables.greeting $stageVariables.unknown' },
          },
        ],
      },
      MethodResponses: [{ StatusCode: '200' }],
    },
  },
  Deployment: { Type: 'AWS::ApiGateway::Deployment', DependsOn: 'Get', Properties: { RestApiId } },
  Stage: {
    Type: 'AWS::ApiGateway::Stage',
    Properties: {
      RestApiId,
      DeploymentId: { Ref: 'Deployment' },
      StageName: 'prod',
      Variables: {
        greeting: '{{resolve:secretsmanager:partner:SecretString:greeting}}',
        unknown: '{{resolve:ssm:/unknown}}',
      },
    },
  },
  Key: {
    Type: 'AWS::ApiGateway::ApiKey',
    Properties: { Enabled: true, Value: '{{resolve:secretsmanager:partner:SecretString:key}}' },
  },
  Plan: {
    Type: 'AWS::ApiGateway::UsagePlan',
    Properties: { ApiStages: [{ ApiId: RestApiId, Stage: { Ref: 'Stage' } }] },
  },
  PlanKey: {
    Type: 'AWS::ApiGateway::UsagePlanKey',
    Properties: { KeyId: { Ref: 'Key' }, KeyType: 'API_KEY', UsagePlanId: { Ref: 'Plan' } },
  },
};

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ source: writeTemplate(directory, { Resources }) });
});
afterAll(() => engine.close());

test('keys and stage variables have the secrets that they refer to, after a reload, too', async () => {
  for (let round = 0; round < 2; round++) {
    const response = await fetch(engine.apis[0]!.url, { headers: { 'x-api-key': KEY } });
    expect({ status: response.status, body: await response.text() }).toEqual({
      status: 200,
      body: 'hello {{resolve:ssm:/unknown}}',
    });
    await engine.reload();
  }
});

test('a reference to what only AWS has is told of', () => {
  expect(engine.findings).toContainEqual({
    severity: 'notice',
    code: 'DynamicReferenceNotResolved',
    message: 'the text {{resolve:ssm:/unknown}} stays as it is',
    path: 'Shop/Stage',
  });
});
