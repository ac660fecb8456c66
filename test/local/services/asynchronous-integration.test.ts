import { startEngine } from '../../../local';
import { temporaryDirectory, writeTemplate } from '../assembly/template-file';
import { until } from './support';

const directory = temporaryDirectory();

const failing = `exports.handler = async (event) => {
  console.log('failed with ' + JSON.stringify(event));
  throw new Error('no');
};`;
const reader = `exports.handler = async ({ Records }) => {
  for (const { body } of Records) console.log('dead letter ' + body);
};`;

const lambda = (ZipFile: string, rest: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Code: { ZipFile }, ...rest },
});

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const Resources = {
  DeadLetters: { Type: 'AWS::SQS::Queue' },
  Failing: lambda(failing, { DeadLetterConfig: { TargetArn: arnOf('DeadLetters') } }),
  Reader: lambda(reader),
  Mapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { EventSourceArn: arnOf('DeadLetters'), FunctionName: { Ref: 'Reader' } },
  },
  Permission: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { Ref: 'Failing' },
      Principal: 'apigateway.amazonaws.com',
      SourceArn: { 'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/POST/' },
    },
  },
  Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'api' } },
  Post: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: { Ref: 'Api' },
      ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
      HttpMethod: 'POST',
      AuthorizationType: 'NONE',
      Integration: {
        Type: 'AWS',
        IntegrationHttpMethod: 'POST',
        Uri: {
          'Fn::Sub':
            'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Failing.Arn}/invocations',
        },
        RequestParameters: { 'integration.request.header.X-Amz-Invocation-Type': "'Event'" },
        IntegrationResponses: [{ StatusCode: '202' }],
      },
      MethodResponses: [{ StatusCode: '202' }],
    },
  },
  Deployment: {
    Type: 'AWS::ApiGateway::Deployment',
    DependsOn: ['Post'],
    Properties: { RestApiId: { Ref: 'Api' } },
  },
  Stage: {
    Type: 'AWS::ApiGateway::Stage',
    Properties: {
      RestApiId: { Ref: 'Api' },
      DeploymentId: { Ref: 'Deployment' },
      StageName: 'prod',
    },
  },
};

test('an event that a method does not wait for is tried three times, then it is a dead letter (AG §7.8)', async () => {
  const lines: string[] = [];
  const source = writeTemplate(directory, { Resources });
  const engine = await startEngine({ source, onLog: ({ message }) => lines.push(message) });
  const count = (start: string) => lines.filter((line) => line.startsWith(start)).length;
  try {
    const answer = await fetch(engine.apis[0]!.url, { method: 'POST', body: '{"order":7}' });
    expect([answer.status, await answer.text()]).toEqual([202, '']);
    for (const [tries, delayMs] of [
      [1, 60_000],
      [2, 120_000],
      [3, 0],
    ] as const) {
      await until(() => count('Invoke Error') === tries);
      // The line is the last thing before the failure itself.
      await new Promise((resolve) => setTimeout(resolve, 50));
      engine.clock.advance(delayMs);
    }
    await until(() => count('dead letter {"order":7}') === 1);
    expect(count('failed with')).toBe(3);
  } finally {
    await engine.close();
  }
});
