import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** Counts its calls in the table, through nothing but the environment that Lambda gives. */
const HANDLER = `
const http = require('node:http');
const call = (target, body) => new Promise((resolve, reject) => {
  const { AWS_ENDPOINT_URL_DYNAMODB: endpoint, AWS_ACCESS_KEY_ID: key, AWS_REGION: region } = process.env;
  const credential = 'AWS4-HMAC-SHA256 Credential=' + key + '/20250101/' + region + '/dynamodb/aws4_request, SignedHeaders=host, Signature=0';
  const headers = { 'X-Amz-Target': 'DynamoDB_20120810.' + target, 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Date': '20250101T000000Z', Authorization: credential };
  http.request(endpoint, { method: 'POST', headers }, async (response) => {
    let text = '';
    for await (const chunk of response) text += chunk;
    resolve(JSON.parse(text));
  }).on('error', reject).end(JSON.stringify(body));
});
exports.handler = async (event) => {
  console.log('counting', event.pathParameters.id);
  const { Attributes } = await call('UpdateItem', {
    TableName: process.env.TABLE, Key: { id: { S: event.pathParameters.id } },
    UpdateExpression: 'ADD calls :one', ExpressionAttributeValues: { ':one': { N: '1' } }, ReturnValues: 'ALL_NEW',
  });
  return { statusCode: 200, body: JSON.stringify({ calls: Number(Attributes.calls.N), year: new Date().getUTCFullYear() }) };
};`;

/** A version of the handler that can be told from others. */
export interface Version {
  readonly description: string;
  /** Before it answers. */
  readonly delayMs?: number;
}

function handlerOf({ description, delayMs = 0 }: Version): string {
  return `${HANDLER}
const inner = exports.handler;
exports.handler = async (event) => {
  await new Promise((resolve) => setTimeout(resolve, ${delayMs}));
  const response = await inner(event);
  return { ...response, body: JSON.stringify({ ...JSON.parse(response.body), description: '${description}' }) };
};`;
}

/** Synthesizes an API that counts its calls in a table; gives the assembly's directory. */
export function synthesizeOrders(directory: string, source: string | Version = HANDLER): string {
  const code = typeof source === 'string' ? source : handlerOf(source);
  const outdir = join(directory, 'cdk.out');
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Orders');
  const table = new dynamodb.Table(stack, 'Table', {
    partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
  });
  const handler = new lambda.Function(stack, 'Handler', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(code),
    environment: { TABLE: table.tableName },
  });
  table.grantReadWriteData(handler);
  const api = new apigateway.RestApi(stack, 'Api', { defaultCorsPreflightOptions: { allowOrigins: ['*'] } });
  api.root
    .addResource('orders')
    .addResource('{id}')
    .addMethod('GET', new apigateway.LambdaIntegration(handler));
  app.synth();
  return outdir;
}
