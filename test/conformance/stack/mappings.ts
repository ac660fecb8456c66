import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { type ConformanceStack, mock, OK } from './conformance-stack';
import { PLAIN, SCRIPTED } from './handlers';

/** Response templates by route: of a function that returns its event, so that `$input` has something to read. */
const ON_PAYLOAD: Readonly<Record<string, string>> = {
  object: "$input.path('$')",
  list: "$input.path('$.list')",
  missing: "[$input.path('$.nothing')]#if($input.path('$.nothing') == \"\")empty#end",
  json: "$input.json('$.inner')",
};

/** Response templates by route of a MOCK integration. */
const ON_REQUEST: Readonly<Record<string, string>> = {
  params: '{"one":"$input.params(\'q\')","all":"$input.params().querystring.get(\'q\')"}',
  encoded: "$util.urlEncode('a b&c')|$util.base64Encode('hi')",
  variables: '[$stageVariables.nothing]|$context.stage|$context["httpMethod"]',
  maps: '#set($k = "stage")$context[$k]|#set($x = $context.requestOverride.path.put("a", "b"))$context.requestOverride.path.a',
  either: '#if($input.params("q") == "no" || $input.params("q") == "yes")either#end',
  loop: '#foreach($i in [1..3])$i#if($foreach.hasNext),#end#end',
};

export function addMappings(stack: ConformanceStack): void {
  const api = stack.api('mock');
  const templates = api.root.addResource('template');
  for (const [name, template] of Object.entries(ON_REQUEST))
    templates.addResource(name).addMethod('GET', mock(template), OK);
  for (const [name, template] of Object.entries(ON_PAYLOAD))
    templates.addResource(name).addMethod(
      'POST',
      new apigateway.LambdaIntegration(stack.fn('PlainFunction', PLAIN), {
        proxy: false,
        integrationResponses: [{ statusCode: '200', responseTemplates: { 'application/json': template } }],
      }),
      OK,
    );
  templates.addResource('empty-body').addMethod(
    'GET',
    new apigateway.MockIntegration({
      requestTemplates: {
        'application/json': '#set($context.requestOverride.path.seen = $input.body){"statusCode":200}',
      },
      integrationResponses: [
        {
          statusCode: '200',
          responseTemplates: { 'application/json': '$context.requestOverride.path.seen' },
        },
      ],
    }),
    OK,
  );
  const status = (path: string, request: string): void => {
    api.root.addResource(path).addMethod(
      'GET',
      new apigateway.MockIntegration({
        requestTemplates: { 'application/json': request },
        integrationResponses: [
          { statusCode: '200' },
          {
            statusCode: '400',
            selectionPattern: '4\\d{2}',
            responseTemplates: { 'application/json': '{"by":"4xx"}' },
          },
          {
            statusCode: '404',
            selectionPattern: '404',
            responseTemplates: { 'application/json': '{"by":"404"}' },
          },
        ],
      }),
      { methodResponses: [{ statusCode: '200' }, { statusCode: '404' }, { statusCode: '400' }] },
    );
  };
  status('same', '{"statusCode": 404}');
  status('lenient', "{ 'statusCode': 404, }");
  status('pattern', '{"statusCode": 410}');
  status('default', '{"statusCode": 500}');
  status('text-status', '{"statusCode": "200"}');
  status('unparsable', 'not json');
  status(
    'override',
    '#set($context.responseOverride.status = 299)#set($context.responseOverride.header.X-Over = "yes"){"statusCode":200}',
  );
  status('bad-override', '#set($context.responseOverride.status = 700){"statusCode":200}');
  api.root.addResource('never').addMethod(
    'POST',
    new apigateway.MockIntegration({
      passthroughBehavior: apigateway.PassthroughBehavior.NEVER,
      requestTemplates: { 'application/json': '{"statusCode":200}' },
      integrationResponses: [{ statusCode: '200' }],
    }),
    OK,
  );
  const byAccept = (path: string, responseTemplates: Record<string, string>): void => {
    api.root.addResource(path).addMethod(
      'GET',
      new apigateway.MockIntegration({
        requestTemplates: { 'application/json': '{"statusCode":200}' },
        integrationResponses: [{ statusCode: '200', responseTemplates }],
      }),
      OK,
    );
  };
  byAccept('accept', { 'application/xml': '<xml/>', 'application/json': '{"by":"json"}' });
  byAccept('accept-xml', { 'application/xml': '<xml/>' });
  addVariables(stack);
  addBinary(stack);
}

function addVariables(stack: ConformanceStack): void {
  const api = stack.api('variables', { deployOptions: { variables: { colour: 'blue' } } });
  api.root.addMethod('GET', mock('{"colour":"$stageVariables.colour"}'), OK);
  api.root.addResource('event').addMethod('GET', stack.echo());
  api.root.addResource('uri').addMethod(
    'GET',
    new apigateway.HttpIntegration(`${stack.backendUrl}\${stageVariables.colour}/\${stageVariables.none}`, {
      httpMethod: 'GET',
      options: { requestParameters: { 'integration.request.header.x-colour': 'stageVariables.colour' } },
    }),
  );
}

function addBinary(stack: ConformanceStack): void {
  const api = stack.api('binary', { binaryMediaTypes: ['image/png', 'audio/*'] });
  api.root.addResource('echo').addMethod('POST', stack.echo());
  api.root
    .addResource('scripted')
    .addMethod('POST', new apigateway.LambdaIntegration(stack.fn('ScriptedFunction', SCRIPTED)));
  const { CONVERT_TO_BINARY, CONVERT_TO_TEXT } = apigateway.ContentHandling;
  for (const [path, contentHandling] of [
    ['unchanged', undefined],
    ['as-text', CONVERT_TO_TEXT],
    ['as-binary', CONVERT_TO_BINARY],
  ] as const)
    api.root.addResource(path).addMethod(
      'POST',
      new apigateway.HttpIntegration(`${stack.backendUrl}echo`, {
        proxy: false,
        httpMethod: 'POST',
        options: {
          contentHandling,
          passthroughBehavior: apigateway.PassthroughBehavior.WHEN_NO_MATCH,
          integrationResponses: [{ statusCode: '200' }],
        },
      }),
      OK,
    );
}
