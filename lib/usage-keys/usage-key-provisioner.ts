import { ArnFormat, Duration, Stack, type CfnResource } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { authorizerMetric } from '../authorizer/authorizer-metrics';
import { BundledFunction } from '../bundle/bundled-function';
import { METADATA_KEY } from '../bundle/metadata-key';
import { Rules } from '../errors/rules';
import type { Paywall } from '../paywall/paywall';
import type { UsageKeyProvisionerProps } from './usage-key-provisioner-props';
import { AccountChanges } from './account-changes';
import { AuthorizerCache } from './authorizer-cache';
import { validateUsageKeyProvisioner } from './validate-usage-key-provisioner';

const DEFAULT_ACTIVATION_WAIT = Duration.minutes(10);
/** The pace of the calls to API Gateway counts on no more copies of the function; SQS knows no smaller number. */
const MAX_CONCURRENCY = 2;
/** At 600 ms for each call to API Gateway a batch stays far below the function's minute. */
const BATCH_SIZE = 5;
const TIMEOUT = Duration.minutes(1);
/** What AWS recommends: a message that is being worked on is not delivered again. */
const VISIBILITY_TIMEOUT = Duration.minutes(6);
const MAX_RECEIVE_COUNT = 10;
/** Environments that stand still while a key is swapped: their minute, and some more. */
const SHORTEST_DRAIN = Duration.minutes(5);

/**
 * Gives each account an API Gateway key of its own, on the usage plan of its plan, so that the plan's throttle holds
 * for the account alone. An account waits on a shared key until its own is honoured, and stays on it where the Region
 * has no room for another: nobody is refused meanwhile.
 *
 * It hears of accounts from every `BillingWebhook` of the paywall, and from the CLI. Code of yours that makes accounts,
 * changes their plan or erases them sends `{"accountId": "..."}` to the queue; to tell it once too often does no harm.
 * What was told to nobody is found by `paywall usage-keys repair`.
 */
export class UsageKeyProvisioner extends Construct {
  /** Where accounts wait. */
  public readonly queue: sqs.Queue;
  /** Accounts whose keys could not be brought in order in ten attempts. */
  public readonly deadLetterQueue: sqs.Queue;
  /** Goes off with the first account in the dead-letter queue. */
  public readonly deadLetterAlarm: cloudwatch.Alarm;
  /**
   * Goes off when the Region had no room for another key: from then on accounts share pool keys, and with them the
   * pool's throttle. Has no action: add yours.
   */
  public readonly exhaustedAlarm: cloudwatch.Alarm;
  /** The function that works on the queue. */
  public readonly handler: lambda.Function;

  /** @throws PaywallError naming every broken rule of the props */
  constructor(scope: Construct, id: string, props: UsageKeyProvisionerProps) {
    super(scope, id);
    const rules = new Rules();
    validateUsageKeyProvisioner(rules, props);
    rules.enforce(this.node.path);

    const { paywall } = props;
    this.deadLetterQueue = new sqs.Queue(this, 'DeadLetterQueue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: VISIBILITY_TIMEOUT,
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
    const fn = new BundledFunction(this, 'Function', {
      bundle: 'provisioner',
      description: 'Gives accounts API Gateway keys of their own',
      timeout: TIMEOUT,
      // A wait of hours, for keys that environments may remember for as long, is a chain of messages of 15 minutes each.
      // Lambda would take it for a loop after 16 of them, and the keys would be left over.
      // https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
      recursiveLoop: lambda.RecursiveLoop.ALLOW,
      environment: this.environmentOf(props),
    });
    this.handler = fn.handler;
    this.handler.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: BATCH_SIZE,
        maxConcurrency: MAX_CONCURRENCY,
        reportBatchItemFailures: true,
      }),
    );
    (this.handler.node.defaultChild as CfnResource).addMetadata(METADATA_KEY, { role: 'provisioner' });
    this.grantAccounts(fn.role, paywall);
    this.queue.grantSendMessages(fn.role);
    this.grantKeys(fn.role, this.usagePlanIds(props));
    this.deadLetterAlarm = this.deadLetterQueue
      .metricApproximateNumberOfMessagesVisible({ statistic: cloudwatch.Stats.MAXIMUM })
      .createAlarm(this, 'DeadLetterAlarm', {
        alarmDescription: 'Accounts whose API Gateway keys could not be brought in order',
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      });
    this.exhaustedAlarm = this.metricUsageKeysExhausted({ period: Duration.minutes(5) }).createAlarm(
      this,
      'ExhaustedAlarm',
      {
        alarmDescription: 'The Region holds as many API Gateway keys as it may: accounts share pool keys',
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      },
    );
    paywall._declareProvisioned(Object.keys(this.usagePlanIds(props)));
    let buses = 0;
    paywall._onEventBus((eventBus: events.IEventBus) => {
      buses += 1;
      new AccountChanges(this, `AccountChanges${buses}`, {
        eventBus,
        queue: this.queue,
        deadLetterQueue: this.deadLetterQueue,
      });
    });
    if (paywall.authorizer._quotaEnforcement.resultsCacheTtl.toSeconds() > 0) {
      const cache = new AuthorizerCache(this, 'AuthorizerCache', {
        paywall,
        deadLetterQueue: this.deadLetterQueue,
      });
      this.handler.addEnvironment('FLUSH_QUEUE_URL', cache.queue.queueUrl);
      cache.queue.grantSendMessages(fn.role);
    }
  }

  /** Accounts that were left on a pool key because the Region had no room for another key. */
  public metricUsageKeysExhausted(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return authorizerMetric(this.handler.functionName, 'UsageKeysExhausted', options);
  }

  /** To tell of accounts that were made, changed or are gone. */
  public grantSend(grantee: iam.IGrantable): iam.Grant {
    return this.queue.grantSendMessages(grantee);
  }

  private environmentOf(props: UsageKeyProvisionerProps): Record<string, string> {
    const { paywall, activationWait = DEFAULT_ACTIVATION_WAIT } = props;
    return {
      ACCOUNT_TABLE: paywall.accountTable.tableName,
      QUEUE_URL: this.queue.queueUrl,
      USAGE_KEY_SCOPE: paywall.authorizer._usageKeyScope,
      USAGE_PLANS: Stack.of(this).toJsonString(this.usagePlanIds(props)),
      ACTIVATION_WAIT_MS: String(activationWait.toMilliseconds()),
      DRAIN_MS: String(drainOf(paywall).toMilliseconds()),
    };
  }

  private usagePlanIds({ paywall, plans }: UsageKeyProvisionerProps): Record<string, string> {
    const chosen = plans ?? Object.keys(paywall.usagePlans);
    return Object.fromEntries(chosen.map((plan) => [plan, paywall.usagePlans[plan]!.usagePlanId]));
  }

  /** Accounts and the records beside them; neither customers nor imported keys, which lie in the same table. */
  private grantAccounts(grantee: iam.IGrantable, { accountTable }: Paywall): void {
    accountTable.table.encryptionKey?.grantEncryptDecrypt(grantee);
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'].map((name) => `dynamodb:${name}`),
      resourceArns: [accountTable.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ACCOUNT#*'] } },
    });
  }

  /** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-create-and-manage-api.html */
  private grantKeys(role: iam.IRole, usagePlans: Record<string, string>): void {
    const grant = (actions: string[], paths: string[]): iam.Grant =>
      iam.Grant.addToPrincipal({
        grantee: role,
        actions: actions.map((action) => `apigateway:${action}`),
        resourceArns: paths.map((path) => this.controlPlaneArn(path)),
      });
    grant(['GET', 'POST'], ['/apikeys']);
    // The ids of the keys that it makes are known to nobody beforehand.
    grant(['DELETE'], ['/apikeys/*']);
    const onPlans = Object.values(usagePlans).map((usagePlanId) => `/usageplans/${usagePlanId}/keys`);
    grant(['POST'], onPlans);
    grant(
      ['GET'],
      onPlans.map((path) => `${path}/*`),
    );
  }

  private controlPlaneArn(path: string): string {
    return Stack.of(this).formatArn({
      service: 'apigateway',
      account: '',
      resource: path,
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
  }
}

/** A key is deleted when no environment can remember it any more. */
function drainOf(paywall: Paywall): Duration {
  const remembered = paywall.authorizer._memory.plus(Duration.minutes(1));
  return remembered.toMilliseconds() > SHORTEST_DRAIN.toMilliseconds() ? remembered : SHORTEST_DRAIN;
}
