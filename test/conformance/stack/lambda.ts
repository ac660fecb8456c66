import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { type ConformanceStack } from './conformance-stack';
import { ECHO, PLAIN, SCRIPTED } from './handlers';

/** Lambda integrations other than the plain proxy. */
export function addLambda(stack: ConformanceStack): void {
  const api = stack.api('lambda');
  const plain = stack.fn('PlainFunction', PLAIN);
  const responses: apigateway.IntegrationOptions['integrationResponses'] = [
    { statusCode: '200' },
    {
      statusCode: '400',
      selectionPattern: 'Bad.*',
      responseTemplates: { 'application/json': '{"said":"$input.path(\'$.errorMessage\')"}' },
    },
  ];
  const methodResponses = [{ statusCode: '200' }, { statusCode: '400' }];
  api.root
    .addResource('plain')
    .addMethod(
      'POST',
      new apigateway.LambdaIntegration(plain, { proxy: false, integrationResponses: responses }),
      { methodResponses },
    );
  api.root.addResource('template').addMethod(
    'GET',
    new apigateway.LambdaIntegration(plain, {
      proxy: false,
      requestTemplates: { 'application/json': '{"name":"$input.params(\'name\')"}' },
      integrationResponses: responses,
    }),
    { methodResponses },
  );
  api.root
    .addResource('scripted')
    .addMethod('POST', new apigateway.LambdaIntegration(stack.fn('ScriptedFunction', SCRIPTED)));
  const echo = stack.fn('EchoFunction', ECHO);
  const wrongVerb = api.root
    .addResource('wrong-verb')
    .addMethod('GET', new apigateway.LambdaIntegration(echo));
  (wrongVerb.node.defaultChild as apigateway.CfnMethod).addPropertyOverride(
    'Integration.IntegrationHttpMethod',
    'GET',
  );
}
