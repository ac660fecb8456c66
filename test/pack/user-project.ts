/** What a user writes after `npm install`: served by the engine, so its API answers by itself. */
export const APP = `
import { App, Stack } from 'aws-cdk-lib';
import { MockIntegration } from 'aws-cdk-lib/aws-apigateway';
import { PaidApi, Plan, Quota, Route } from 'cdk-api-paywall';

const app = new App();
const api = new PaidApi(new Stack(app, 'Shop'), 'Api', {
  plans: [Plan.paid('pro', { quota: Quota.perMonth(2) })],
  routes: { 'GET /status': Route.public() },
});
const answer = new MockIntegration({
  requestTemplates: { 'application/json': '{ "statusCode": 200 }' },
  integrationResponses: [{ statusCode: '200', responseTemplates: { 'application/json': '{ "ok": true }' } }],
});
for (const path of ['hello', 'status']) {
  api.root.addResource(path).addMethod('GET', answer, { methodResponses: [{ statusCode: '200' }] });
}
app.synth();
`;

/** Synthesizes every stack of \`test/judges/stacks.ts\`, which is copied beside it. */
export const ALL_STACKS = `
import { App, Stack } from 'aws-cdk-lib';
import { STACKS } from './stacks';

const app = new App();
Object.values(STACKS).forEach((build, n) => build(new Stack(app, 'Stack' + n)));
app.synth();
`;
