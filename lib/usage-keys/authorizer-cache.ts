import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { BundledFunction } from '../bundle/bundled-function';
import type { Paywall } from '../paywall/paywall';
import { AccountChanges } from './account-changes';

export interface AuthorizerCacheProps {
  readonly paywall: Paywall;
  /** Takes what could not be flushed for. */
  readonly deadLetterQueue: sqs.IQueue;
}

/** Changes of this time are flushed for together, and so is a payment's longest wait. */
const WINDOW = Duration.seconds(1);
const BATCH_SIZE = 1000;
/** The smallest number that SQS knows. */
const MAX_CONCURRENCY = 2;
const TIMEOUT = Duration.seconds(10);
/** What AWS recommends: six times as long. */
const VISIBILITY_TIMEOUT = Duration.seconds(60);
const MAX_RECEIVE_COUNT = 10;

/**
 * Empties the stage's authorizer cache when an account has changed: API Gateway knows no other way to forget one
 * refusal. However many accounts change, that is a few calls per second at most.
 */
export class AuthorizerCache extends Construct {
  /** Each message asks for the cache to be emptied. */
  public readonly queue: sqs.Queue;
  /** The function that empties it. */
  public readonly handler: lambda.Function;

  constructor(scope: Construct, id: string, { paywall, deadLetterQueue }: AuthorizerCacheProps) {
    super(scope, id);
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: VISIBILITY_TIMEOUT,
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
    const { restApiId, deploymentStage } = paywall.restApi;
    const fn = new BundledFunction(this, 'Function', {
      bundle: 'cache-flusher',
      description: 'Empties the authorizer cache of the stage when accounts have changed',
      timeout: TIMEOUT,
      environment: {
        REST_API_ID: restApiId,
        STAGE_NAME: deploymentStage.stageName,
        QUEUE_URL: this.queue.queueUrl,
      },
    });
    this.handler = fn.handler;
    this.handler.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: BATCH_SIZE,
        maxBatchingWindow: WINDOW,
        maxConcurrency: MAX_CONCURRENCY,
      }),
    );
    this.queue.grantSendMessages(fn.role);
    iam.Grant.addToPrincipal({
      grantee: fn.role,
      actions: ['apigateway:DELETE'],
      resourceArns: [
        Stack.of(this).formatArn({
          service: 'apigateway',
          account: '',
          resource: `/restapis/${restApiId}/stages/${deploymentStage.stageName}/cache/authorizers`,
          arnFormat: ArnFormat.NO_RESOURCE_NAME,
        }),
      ],
    });
    let buses = 0;
    paywall._onEventBus((eventBus) => {
      buses += 1;
      new AccountChanges(this, `AccountChanges${buses}`, { eventBus, queue: this.queue, deadLetterQueue });
    });
  }
}
