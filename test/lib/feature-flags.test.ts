import { App, DefaultStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cxapi from 'aws-cdk-lib/cx-api';
import * as iam from 'aws-cdk-lib/aws-iam';
import { PaidApi, Plan, Route } from '../../lib';
import { mock } from './harness';

/** Flags that this version of the CDK still listens to. */
const FLAGS = Object.keys(cxapi.FLAGS).filter((flag) => !cxapi.CURRENT_VERSION_EXPIRED_FLAGS.includes(flag));

/** Everything of ours in one stack, with all feature flags of the CDK set to `value`. */
function templateWith(value: boolean | undefined): Record<string, any> {
  const app = new App({
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: false,
    context: value === undefined ? {} : Object.fromEntries(FLAGS.map((flag) => [flag, value])),
  });
  const stack = new Stack(app, 'Shop', { synthesizer: new DefaultStackSynthesizer() });
  const api = new PaidApi(stack, 'Api', {
    actionUrls: { subscribe: 'https://example.com/' },
    plans: [Plan.free('free'), Plan.paid('pro', { throttle: { rateLimit: 1, burstLimit: 1 } })],
    routes: { 'GET /open': Route.public() },
  });
  api.root.addResource('open').addMethod('GET', mock());
  api.root.addMethod('ANY', mock());
  api.paywall.addAccountKey('acme', 'pro');
  api.paywall.addAccountKey('beta', 'pro');
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  api.paywall.grantManageAccounts(role);
  return Template.fromStack(stack).toJSON() as Record<string, any>;
}

test('there are flags to try', () => {
  expect(FLAGS.length).toBeGreaterThan(50);
});

test('feature flags of the CDK change nothing', () => {
  const off = templateWith(false);
  expect(templateWith(true).Resources).toEqual(off.Resources);
  expect(templateWith(undefined).Resources).toEqual(off.Resources);
});
