import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { authorizerMetric } from '../authorizer/authorizer-metrics';
import { BundledFunction } from '../bundle/bundled-function';
import { Rules } from '../errors/rules';
import type { OverageReporterProps } from './overage-reporter-props';
import { validateOverageReporter } from './validate-overage-reporter';

const DEFAULT_RATE = Duration.hours(1);
/** Below the shortest rate, so that runs do not meet. */
const TIMEOUT = Duration.minutes(4);

/**
 * Reports units beyond the limits of soft quotas (`maxOverage`) to a meter of Stripe, each exactly once.
 *
 * What will be reported is written down before it is sent, under an identifier by which Stripe drops repetitions; a run
 * that dies anywhere is followed by one that sends the same. Units of accounts that no customer pays for wait until one
 * does. A report without an answer for 23 hours is not sent again, as Stripe may have forgotten its identifier: it stays
 * where it is, and `failedAlarm` tells.
 */
export class OverageReporter extends Construct {
  /** The function that reports. */
  public readonly handler: lambda.Function;
  /** Overage of some account could not be reported. Has no action: add yours. */
  public readonly failedAlarm: cloudwatch.Alarm;

  /** @throws PaywallError naming every broken rule of the props */
  constructor(scope: Construct, id: string, props: OverageReporterProps) {
    super(scope, id);
    const { paywall, apiKey, meterEventName, rate = DEFAULT_RATE } = props;
    const rules = new Rules();
    validateOverageReporter(rules, props, paywall.authorizer._catalogue.plans);
    rules.enforce(this.node.path);

    const { accountTable } = paywall;
    this.handler = new BundledFunction(this, 'Function', {
      bundle: 'meter-reporter',
      description: 'Reports units beyond the limits of quotas to a meter of Stripe',
      timeout: TIMEOUT,
      environment: {
        ACCOUNT_TABLE: accountTable.tableName,
        API_KEY_SECRET: apiKey.secretArn,
        METER_EVENT_NAME: meterEventName,
      },
    }).handler;
    // The next run does what this one could not.
    this.handler.configureAsyncInvoke({ retryAttempts: 0 });
    apiKey.grantRead(this.handler);
    accountTable.table.encryptionKey?.grantEncryptDecrypt(this.handler);
    iam.Grant.addToPrincipal({
      grantee: this.handler,
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      resourceArns: [accountTable.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ACCOUNT#*'] } },
    });
    iam.Grant.addToPrincipal({
      grantee: this.handler,
      actions: ['dynamodb:Scan'],
      resourceArns: [accountTable.tableArn],
    });
    new events.Rule(this, 'Schedule', {
      description: 'Reports units beyond the limits of quotas to a meter of Stripe',
      schedule: events.Schedule.rate(rate),
      targets: [new targets.LambdaFunction(this.handler, { retryAttempts: 0 })],
    });
    this.failedAlarm = this.handler.metricErrors({ period: rate }).createAlarm(this, 'FailedAlarm', {
      alarmDescription: 'Units beyond a quota could not be reported to Stripe; the log says whose and why',
      threshold: 1,
      // One run without an answer repairs itself with the next.
      evaluationPeriods: 2,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }

  /** Units that Stripe has taken. */
  public metricReportedOverage(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return authorizerMetric(this.handler.functionName, 'ReportedOverage', options);
  }

  /** Accounts whose units could not be reported. */
  public metricNotReported(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return authorizerMetric(this.handler.functionName, 'NotReported', options);
  }
}
