import { App, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { QuickStartStack } from '../../lib';
import { ACCOUNT_ID_PATTERN } from '../../lib/domain/key';
import { DEMO_ACCOUNTS } from '../../lib/quick-start/demo-accounts';
import { demoPlans } from '../../lib/quick-start/demo-plans';
import { methodsOf } from './harness';

function quickStart(): QuickStartStack {
  const app = new App({
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: false,
  });
  return new QuickStartStack(app, 'PaywallQuickStart');
}

test('one route of each class, all reachable from pages', () => {
  const methods = methodsOf(quickStart());
  expect(Object.keys(methods).sort()).toEqual([
    'GET /account',
    'GET /hello',
    'GET /status',
    'OPTIONS /',
    'OPTIONS /account',
    'OPTIONS /hello',
    'OPTIONS /status',
  ]);
  const guarded = Object.entries(methods).filter(([, method]) => method.AuthorizationType === 'CUSTOM');
  expect(guarded.map(([name]) => name).sort()).toEqual(['GET /account', 'GET /hello']);
});

test('the catalogue classes the routes and names the plans', () => {
  Template.fromStack(quickStart()).hasResource('AWS::Lambda::Function', {
    Metadata: {
      'cdk-api-paywall': {
        role: 'authorizer',
        catalogue: Match.objectLike({
          plans: ['free', 'tiny', 'slow', 'pro'].map((id) => Match.objectLike({ id })),
          routes: [
            { pattern: 'GET /account', routeClass: 'identified' },
            { pattern: 'GET /status', routeClass: 'public' },
          ],
        }),
      },
    },
  });
});

test('every demo account is on a plan of the catalogue, and demofast has a key of its own', () => {
  const plans = demoPlans().map((plan) => plan.id);
  for (const { id, plan } of DEMO_ACCOUNTS) {
    expect(id).toMatch(ACCOUNT_ID_PATTERN);
    if (plan !== undefined) expect(plans).toContain(plan);
  }
  const stack = quickStart();
  expect(DEMO_ACCOUNTS.filter((account) => account.ownKey).map((account) => account.id)).toEqual([
    'demofast',
  ]);
  Template.fromStack(stack).hasResourceProperties('AWS::ApiGateway::ApiKey', {
    Value: stack.resolve(stack.api.paywall.authorizer.accountKeyValue('demofast')),
  });
});

test('nothing outlives the stack', () => {
  const template = Template.fromStack(quickStart());
  template.allResourcesProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
  const kept = Object.values(
    template.toJSON().Resources as Record<string, { DeletionPolicy?: string }>,
  ).filter((resource) => resource.DeletionPolicy?.startsWith('Retain'));
  expect(kept).toEqual([]);
});

test('the outputs tell where it is', () => {
  const template = Template.fromStack(quickStart());
  template.hasOutput('ApiUrl', {});
  template.hasOutput('AccountTableName', {});
});

test('it can be deployed anywhere, and without a warning of ours', () => {
  const stack = quickStart();
  expect(stack.environment).toBe('aws://unknown-account/unknown-region');
  Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('cdk-api-paywall'));
});

describe('cdk-nag', () => {
  /** Rules of AwsSolutions that a demonstration breaks, and why that is right. */
  const JUSTIFIED: Record<string, string> = {
    'AwsSolutions-APIG1': 'access logs need the CloudWatch role of the account, which is not ours to set',
    'AwsSolutions-APIG2': 'no method takes a body or a parameter',
    'AwsSolutions-APIG3': 'a web application firewall costs more than the rest of the demonstration',
    'AwsSolutions-APIG4': 'GET /status and the CORS preflights are public by design',
    'AwsSolutions-APIG6': 'execution logs need the CloudWatch role of the account, which is not ours to set',
    'AwsSolutions-COG4': 'callers are known by their API keys, not by a Cognito user pool',
    'AwsSolutions-L1': 'nodejs22.x is supported, and is the runtime that the functions are tested for',
  };

  function synthesize(acknowledge: boolean): App {
    const stack = quickStart();
    const app = stack.node.root as App;
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    for (const [rule, reason] of Object.entries(acknowledge ? JUSTIFIED : {})) {
      Validations.of(stack).acknowledge({ id: `AwsSolutions::${rule}`, reason });
    }
    app.synth();
    return app;
  }

  test('finds nothing but what a demonstration may leave out', () => {
    expect(() => synthesize(true)).not.toThrow();
  });

  test('finds everything that is justified here', () => {
    let message = '';
    try {
      synthesize(false);
    } catch (error) {
      message = (error as Error).message;
    }
    const found = [...message.matchAll(/AwsSolutions::(AwsSolutions-\w+)/g)].map(([, rule]) => rule);
    expect([...new Set(found)].sort()).toEqual(Object.keys(JUSTIFIED).sort());
  });
});
