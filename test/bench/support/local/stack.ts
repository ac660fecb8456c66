import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { AccountTable, PaidApi, Plan, Quota, Route } from '../../../../lib';

/** Name of the API behind the trivial authorizer; the other is the paid one. */
export const TRIVIAL_API = 'Trivial';
export const PLAN = 'big';

export const GREETING = 'world';

/** The same code as serverless-offline runs. */
export const BACKEND_CODE = `exports.handler = async () => ({
  statusCode: 200,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ hello: '${GREETING}' }),
});`;

export const AUTHORIZER_CODE = `exports.handler = async () => ({
  principalId: 'somebody',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }],
  },
});`;

/** High enough that nothing is throttled. */
const NO_LID = { rateLimit: 1_000_000, burstLimit: 1_000_000 };

/** The quick start with nothing in the way of load, and beside it an API with a trivial authorizer. */
export function synthesizeBench(outdir: string): void {
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Bench');
  const inline = (id: string, code: string) =>
    new lambda.Function(stack, id, {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline(code),
    });
  const backend = new apigateway.LambdaIntegration(inline('Backend', BACKEND_CODE));

  const paid = new PaidApi(stack, 'Paid', {
    plans: [Plan.paid(PLAN, { quota: Quota.perMonth(1_000_000_000) })],
    routes: { 'GET /status': Route.public() },
    accountTable: new AccountTable(stack, 'Accounts', {
      removalPolicy: RemovalPolicy.DESTROY,
      deletionProtection: false,
    }),
    actionUrls: { subscribe: 'https://example.com/subscribe' },
    stageThrottle: NO_LID,
    poolThrottle: NO_LID,
  });
  paid.root.addResource('hello').addMethod('GET', backend);
  paid.root.addResource('status').addMethod(
    'GET',
    new apigateway.MockIntegration({
      requestTemplates: { 'application/json': '{ "statusCode": 200 }' },
      integrationResponses: [
        { statusCode: '200', responseTemplates: { 'application/json': '{ "hello": "world" }' } },
      ],
    }),
    { methodResponses: [{ statusCode: '200' }] },
  );

  const trivial = new apigateway.RestApi(stack, TRIVIAL_API, { cloudWatchRole: false });
  trivial.root.addResource('hello').addMethod('GET', backend, {
    authorizer: new apigateway.RequestAuthorizer(stack, 'TrivialAuthorizer', {
      handler: inline('TrivialHandler', AUTHORIZER_CODE),
      identitySources: [apigateway.IdentitySource.header('Authorization')],
      resultsCacheTtl: Duration.seconds(0),
    }),
  });
  app.synth();
}
