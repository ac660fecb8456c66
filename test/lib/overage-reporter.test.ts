import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { OverageReporter, PaidApi, Plan, Quota, type OverageReporterProps } from '../../lib';
import { blocksOf } from '../docs/markdown';
import { moduleOf, runModule } from '../docs/typescript-snippet';
import { mock, newStack, paywallError } from './harness';

const SOFT = Plan.paid('pro', { quota: Quota.perMonth(1000, { maxOverage: 500 }), priceIds: ['price_pro'] });

function make(props: Partial<OverageReporterProps> = {}, plans = [SOFT]) {
  const stack = newStack();
  const { paywall, root } = new PaidApi(stack, 'Api', { plans });
  root.addResource('reports').addMethod('GET', mock());
  const apiKey = secretsmanager.Secret.fromSecretNameV2(stack, 'Key', 'stripe-key');
  const reporter = new OverageReporter(stack, 'Overage', {
    paywall,
    apiKey,
    meterEventName: 'calls',
    ...props,
  });
  return { reporter, template: Template.fromStack(stack) };
}

test('a function that runs each hour, may read accounts and write its own items, and an alarm', () => {
  const { template } = make();
  template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 hour)' });
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: Match.objectLike({ METER_EVENT_NAME: 'calls' }) },
  });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
          Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ACCOUNT#*'] } },
        }),
        Match.objectLike({ Action: 'dynamodb:Scan' }),
      ]),
    },
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { EvaluationPeriods: 2, Period: 3600 });
});

test('metrics are of its function', () => {
  const { reporter } = make({ rate: Duration.minutes(15) });
  expect(reporter.metricReportedOverage().metricName).toBe('ReportedOverage');
  expect(reporter.metricNotReported().metricName).toBe('NotReported');
});

test.each<[string, Partial<OverageReporterProps>, Plan[]]>([
  ['MeterEventNameInvalid', { meterEventName: ' ' }, [SOFT]],
  ['MeterEventNameInvalid', { meterEventName: 'x'.repeat(101) }, [SOFT]],
  ['NoSoftLimit', {}, [Plan.paid('pro', { quota: Quota.perMonth(1000) })]],
  ['ReportRateOutOfRange', { rate: Duration.minutes(4) }, [SOFT]],
  ['ReportRateOutOfRange', { rate: Duration.hours(13) }, [SOFT]],
  ['ReportRateOutOfRange', { rate: Duration.seconds(330) }, [SOFT]],
])('%s', (code, props, plans) => {
  const error = paywallError(() => make(props, plans));
  expect(error.rules.map((rule) => rule.code)).toContain(code);
});

test('the documented app synthesizes', () => {
  const { app } = runModule(moduleOf(blocksOf('docs/overage.md').find(({ language }) => language === 'ts')!));
  const [stack] = app!.node.children.filter((child) => Stack.isStack(child));
  Template.fromStack(stack!).hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: Match.objectLike({ METER_EVENT_NAME: 'extra_calls' }) },
  });
});
