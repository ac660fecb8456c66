import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { type ConformanceStack } from './conformance-stack';

export function addHttp(stack: ConformanceStack): void {
  const api = stack.api('http');
  const at = (path: string): apigateway.IResource => api.root.resourceForPath(path);
  at('/proxy/{path+}').addMethod(
    'ANY',
    new apigateway.HttpIntegration(`${stack.backendUrl}{path}?fixed=1`, {
      httpMethod: 'ANY',
      options: {
        requestParameters: {
          'integration.request.path.path': 'method.request.path.path',
          'integration.request.header.x-static': "'from the gateway'",
          'integration.request.header.x-stage': 'context.stage',
        },
      },
    }),
    { requestParameters: { 'method.request.path.path': true } },
  );
  at('/verb').addMethod(
    'GET',
    new apigateway.HttpIntegration(`${stack.backendUrl}echo`, { httpMethod: 'POST' }),
  );
  at('/mapped').addMethod(
    'POST',
    new apigateway.HttpIntegration(`${stack.backendUrl}status`, {
      proxy: false,
      httpMethod: 'POST',
      options: {
        requestParameters: {
          'integration.request.header.x-mapped': 'method.request.header.x-source',
          'integration.request.querystring.code': 'method.request.querystring.code',
        },
        requestTemplates: { 'application/json': '{"wrapped":$input.json(\'$.inner\')}' },
        integrationResponses: [
          {
            statusCode: '200',
            responseParameters: { 'method.response.header.x-seen': 'integration.response.header.x-backend' },
          },
          { statusCode: '404', selectionPattern: '4\\d{2}' },
        ],
      },
    }),
    {
      requestParameters: {
        'method.request.header.x-source': false,
        'method.request.querystring.code': false,
      },
      methodResponses: [
        { statusCode: '200', responseParameters: { 'method.response.header.x-seen': false } },
        { statusCode: '404' },
      ],
    },
  );
  at('/unmatched').addMethod(
    'GET',
    new apigateway.HttpIntegration(`${stack.backendUrl}status?code=500`, {
      proxy: false,
      httpMethod: 'GET',
      options: { integrationResponses: [{ statusCode: '200', selectionPattern: '2\\d{2}' }] },
    }),
    { methodResponses: [{ statusCode: '200' }] },
  );
  at('/forbidden-header').addMethod(
    'GET',
    new apigateway.HttpIntegration(`${stack.backendUrl}echo`, {
      httpMethod: 'GET',
      options: { requestParameters: { 'integration.request.header.X-Amzn-Trace-Id': "'mine'" } },
    }),
  );
}
