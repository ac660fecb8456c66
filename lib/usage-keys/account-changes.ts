import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { BILLING_EVENT_TYPES, EVENT_SOURCE } from '../domain/billing/account-events';

export interface AccountChangesProps {
  /** On which accounts' changes are told. */
  readonly eventBus: events.IEventBus;
  /** Where accounts wait. */
  readonly queue: sqs.IQueue;
  /** Takes events that could not be delivered for a day. */
  readonly deadLetterQueue: sqs.IQueue;
}

/**
 * Sends the account of each event on a bus to the provisioner. Events leave the outbox when the bus has taken them, and
 * the rule delivers at least once: nothing is lost between a payment and its key.
 *
 * Every type counts: which plan an account is on and whether it keeps its key follows from the account alone.
 */
export class AccountChanges extends Construct {
  constructor(scope: Construct, id: string, { eventBus, queue, deadLetterQueue }: AccountChangesProps) {
    super(scope, id);
    const message = events.RuleTargetInput.fromObject({
      accountId: events.EventField.fromPath('$.detail.account'),
    });
    new events.Rule(this, 'Rule', {
      description: 'Tells the provisioner of API Gateway keys which accounts have changed',
      eventBus,
      eventPattern: { source: [EVENT_SOURCE], detailType: [...BILLING_EVENT_TYPES] },
      targets: [new targets.SqsQueue(queue, { message, deadLetterQueue })],
    });
  }
}
