import { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { type ConformanceStack } from './conformance-stack';
import { AUTHORIZER } from './handlers';

export function scriptedAuthorizer(stack: ConformanceStack, id: string): apigateway.RequestAuthorizer {
  return new apigateway.RequestAuthorizer(stack, id, {
    handler: stack.fn('AuthorizerFunction', AUTHORIZER),
    identitySources: [],
    resultsCacheTtl: Duration.seconds(0),
  });
}

/** One API with a customised ACCESS_DENIED, one whose families are customised. */
export function addResponses(stack: ConformanceStack): void {
  const custom = stack.api('responses');
  custom.root
    .addResource('guarded')
    .addMethod('GET', stack.echo(), { authorizer: scriptedAuthorizer(stack, 'ResponsesAuthorizer') });
  custom.addGatewayResponse('Denied', {
    type: apigateway.ResponseType.ACCESS_DENIED,
    statusCode: '402',
    responseHeaders: {
      'Cache-Control': "'no-store'",
      'x-from-header': 'method.request.header.x-echo',
      'x-from-query': 'method.request.querystring.echo',
      'x-from-context': 'context.extendedRequestId',
    },
    templates: {
      'application/json':
        '{"reason":"$context.authorizer.reason","message":$context.error.messageString,' +
        '"raw":"$context.error.message","type":"$context.error.responseType","id":"$context.extendedRequestId",' +
        '"path":"$context.path","verb":"$context.httpMethod"}',
    },
  });
  custom.addGatewayResponse('NotFound', {
    type: apigateway.ResponseType.MISSING_AUTHENTICATION_TOKEN,
    statusCode: '404',
  });
  custom.addGatewayResponse('Family', {
    type: apigateway.ResponseType.DEFAULT_4XX,
    responseHeaders: { 'x-family': "'4xx'" },
    templates: { 'application/json': '{"family":$context.error.messageString}' },
  });
  const inherited = stack.api('inherited');
  inherited.root
    .addResource('guarded')
    .addMethod('GET', stack.echo(), { authorizer: scriptedAuthorizer(stack, 'InheritedAuthorizer') });
  inherited.addGatewayResponse('Family4', { type: apigateway.ResponseType.DEFAULT_4XX, statusCode: '418' });
  inherited.addGatewayResponse('Family5', {
    type: apigateway.ResponseType.DEFAULT_5XX,
    statusCode: '599',
    responseHeaders: { 'x-family': "'5xx'" },
  });
}
