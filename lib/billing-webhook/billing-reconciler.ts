import { Aspects, AspectPriority, Duration, Tokenization } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { IAccountTable } from '../account-table/i-account-table';
import { authorizerMetric } from '../authorizer/authorizer-metrics';
import { BundledFunction } from '../bundle/bundled-function';
import { CatalogueCode } from '../bundle/catalogue-code';
import { functionBundle } from '../bundle/function-bundle';
import type { CatalogueBuilder } from '../catalogue/catalogue-builder';
import { grantBilling } from './billing-grants';

export interface BillingReconcilerProps {
  readonly accountTable: IAccountTable;
  readonly catalogue: CatalogueBuilder;
  readonly eventBus: events.IEventBus;
  /** As `BillingWebhook` tells its function. */
  readonly settings: string;
  /** API key, and those that sign links. */
  readonly secrets: readonly secretsmanager.ISecret[];
  /** How often a pass over everything begins. */
  readonly rate: Duration;
}

/** A pass goes on after as long as this, if one run was not enough; a run that finds nothing due reads one item. */
const TICK = Duration.minutes(15);
/** Below the tick, so that runs do not meet. */
const TIMEOUT = Duration.minutes(10);

/** Walks what Stripe has and what we have, and repairs accounts that missed events. */
export class BillingReconciler extends Construct {
  public readonly handler: lambda.Function;
  public readonly repairedAlarm: cloudwatch.Alarm;
  public readonly failedAlarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: BillingReconcilerProps) {
    super(scope, id);
    const { accountTable, eventBus } = props;
    const code = new CatalogueCode(functionBundle('billing-reconciler', this.node.path), props.catalogue);
    this.handler = new BundledFunction(this, 'Function', {
      bundle: 'billing-reconciler',
      description: 'Compares accounts with what Stripe says of their subscriptions',
      code,
      timeout: TIMEOUT,
      environment: {
        BILLING_SETTINGS: props.settings,
        RECONCILE_EVERY_MS: Tokenization.stringifyNumber(props.rate.toMilliseconds()),
      },
    }).handler;
    Aspects.of(this).add(
      { visit: (node) => void (node === this && code.stage()) },
      { priority: AspectPriority.MUTATING },
    );
    // The next tick goes on where this run ended.
    this.handler.configureAsyncInvoke({ retryAttempts: 0 });
    for (const secret of new Set(props.secrets)) secret.grantRead(this.handler);
    eventBus.grantPutEventsTo(this.handler);
    grantBilling(this.handler, accountTable, ['RECONCILER#*']);
    iam.Grant.addToPrincipal({
      grantee: this.handler,
      actions: ['dynamodb:Scan'],
      resourceArns: [accountTable.tableArn],
    });
    new events.Rule(this, 'Schedule', {
      description: 'Compares accounts with what Stripe says of their subscriptions',
      schedule: events.Schedule.rate(TICK),
      targets: [new targets.LambdaFunction(this.handler, { retryAttempts: 0 })],
    });
    this.repairedAlarm = this.metricRepaired({ period: Duration.minutes(15) }).createAlarm(
      this,
      'RepairedAlarm',
      {
        alarmDescription: 'Accounts had missed events of Stripe and were repaired; the log says which',
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      },
    );
    this.failedAlarm = this.handler
      .metricErrors({ period: Duration.minutes(15) })
      .createAlarm(this, 'FailedAlarm', {
        alarmDescription: 'Accounts could not be compared with what Stripe says; the log says why',
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      });
  }

  public metricRepaired(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return authorizerMetric(this.handler.functionName, 'Repaired', options);
  }
}
