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
  addSources(stack, at('/sources'));
  const { WHEN_NO_MATCH, WHEN_NO_TEMPLATES } = apigateway.PassthroughBehavior;
  for (const [path, passthroughBehavior, requestTemplates] of [
    ['/no-match', WHEN_NO_MATCH, { 'application/json': '{"by":"template"}' }],
    ['/no-templates', WHEN_NO_TEMPLATES, { 'application/json': '{"by":"template"}' }],
    ['/without-templates', WHEN_NO_TEMPLATES, undefined],
  ] as const)
    at(path).addMethod(
      'POST',
      new apigateway.HttpIntegration(`${stack.backendUrl}echo`, {
        proxy: false,
        httpMethod: 'POST',
        options: { passthroughBehavior, requestTemplates, integrationResponses: [{ statusCode: '200' }] },
      }),
      { methodResponses: [{ statusCode: '200' }] },
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

/** A mapping of each kind of source, on the way to the backend and back. */
function addSources(stack: ConformanceStack, resource: apigateway.IResource): void {
  const toBackend = {
    'x-static': "'fixed'",
    'x-context': 'context.stage',
    'x-body': 'method.request.body.inner.list[1]',
    'x-query': 'method.request.querystring.p',
    'x-queries': 'method.request.multivaluequerystring.q',
  };
  const back = {
    'x-static': "'fixed'",
    'x-context': 'context.httpMethod',
    'x-body': 'integration.response.body.headers.x-static',
    'x-header': 'integration.response.header.x-backend',
  };
  const prefixed = (prefix: string, map: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(map).map(([name, source]) => [`${prefix}.header.${name}`, source]));
  const declared = Object.keys(prefixed('method.response', back)).map((name) => [name, false] as const);
  resource.addMethod(
    'POST',
    new apigateway.HttpIntegration(`${stack.backendUrl}echo`, {
      proxy: false,
      httpMethod: 'POST',
      options: {
        requestParameters: prefixed('integration.request', toBackend),
        integrationResponses: [{ statusCode: '200', responseParameters: prefixed('method.response', back) }],
      },
    }),
    {
      requestParameters: { 'method.request.querystring.p': false, 'method.request.querystring.q': false },
      methodResponses: [{ statusCode: '200', responseParameters: Object.fromEntries(declared) }],
    },
  );
}
