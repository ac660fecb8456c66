import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { type ConformanceStack, mock, OK } from './conformance-stack';

export function addValidation(stack: ConformanceStack): void {
  const api = stack.api('validation');
  const address = api.addModel('Address', {
    modelName: 'Address',
    schema: {
      type: apigateway.JsonSchemaType.OBJECT,
      required: ['city'],
      properties: { city: { type: apigateway.JsonSchemaType.STRING } },
    },
  });
  const order = api.addModel('Order', {
    modelName: 'Order',
    schema: {
      schema: apigateway.JsonSchemaVersion.DRAFT4,
      type: apigateway.JsonSchemaType.OBJECT,
      required: ['id'],
      properties: {
        id: { type: apigateway.JsonSchemaType.INTEGER },
        address: { ref: `https://apigateway.amazonaws.com/restapis/${api.restApiId}/models/Address` },
        pay: {
          oneOf: [{ type: apigateway.JsonSchemaType.STRING }, { type: apigateway.JsonSchemaType.BOOLEAN }],
        },
      },
    },
  });
  order.node.addDependency(address);
  const all = api.addRequestValidator('All', { validateRequestBody: true, validateRequestParameters: true });
  const item = api.root.addResource('orders').addResource('{id}');
  for (const verb of ['GET', 'POST'])
    item.addMethod(verb, mock('{"ok":true}'), {
      ...OK,
      requestValidator: all,
      requestModels: { 'application/json': order },
      requestParameters: {
        'method.request.querystring.q': true,
        'method.request.header.x-need': true,
        'method.request.path.id': true,
      },
    });
}
