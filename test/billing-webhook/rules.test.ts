import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AccountEvents, AccountEventType, BillingWebhook, PaidApi, Plan } from '../../lib';
import { mock, newStack } from '../lib/harness';

function make(): { stack: Stack; webhook: BillingWebhook; target: events.IRuleTarget } {
  const stack = newStack();
  const api = new PaidApi(stack, 'Api', { plans: [Plan.paid('pro', { priceIds: ['price_pro'] })] });
  api.root.addResource('reports').addMethod('GET', mock());
  const signingSecrets = [secretsmanager.Secret.fromSecretNameV2(stack, 'signing', 'signing')];
  const webhook = new BillingWebhook(stack, 'Billing', { paywall: api.paywall, stripe: { signingSecrets } });
  return { stack, webhook, target: new targets.SqsQueue(new sqs.Queue(stack, 'Queue')) };
}

test.each<[string, AccountEventType, (webhook: BillingWebhook, target: events.IRuleTarget) => events.Rule]>([
  [
    'onSubscriptionActivated',
    AccountEventType.SUBSCRIPTION_ACTIVATED,
    (w, target) => w.onSubscriptionActivated('On', { target }),
  ],
  [
    'onSubscriptionCanceled',
    AccountEventType.SUBSCRIPTION_CANCELED,
    (w, target) => w.onSubscriptionCanceled('On', { target }),
  ],
  ['onPaymentFailed', AccountEventType.PAYMENT_FAILED, (w, target) => w.onPaymentFailed('On', { target })],
  ['onPlanChanged', AccountEventType.PLAN_CHANGED, (w, target) => w.onPlanChanged('On', { target })],
])('%s makes a rule for %s on the bus of the webhook', (_name, type, on) => {
  const { stack, webhook, target } = make();
  on(webhook, target);
  Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
    EventBusName: stack.resolve(webhook.eventBus.eventBusName) as unknown,
    EventPattern: { source: ['cdk-api-paywall'], 'detail-type': [type] },
    Targets: [Match.anyValue()],
  });
});

test('onAccountEvent hears of everything, or of what is said, and takes a pattern and a description besides', () => {
  const { stack, webhook, target } = make();
  webhook.onAccountEvent('All');
  webhook.onAccountEvent('Some', {
    types: [AccountEventType.TRIAL_STARTED, AccountEventType.PAYMENT_REVERSED],
    eventPattern: { detail: { plan: ['pro'] } },
    description: 'trials and reversals',
    target,
  });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { source: ['cdk-api-paywall'], 'detail-type': Match.absent() },
  });
  template.hasResourceProperties('AWS::Events::Rule', {
    Description: 'trials and reversals',
    EventPattern: {
      source: ['cdk-api-paywall'],
      'detail-type': ['trial.started', 'payment.reversed'],
      detail: { plan: ['pro'] },
    },
  });
});

test('a pattern for a bus that is known by name', () => {
  expect(AccountEvents.pattern()).toEqual({ source: [AccountEvents.SOURCE] });
  expect(AccountEvents.pattern(AccountEventType.PLAN_UNKNOWN)).toEqual({
    source: ['cdk-api-paywall'],
    detailType: ['plan.unknown'],
  });
});
