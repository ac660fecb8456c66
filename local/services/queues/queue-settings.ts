import { type ResolvedStack } from '../../contract';
import { bagOf, booleanOf, numberOf, type Properties, stringOf } from '../../gateway/compile/l1';
import { type StackResource } from '../stack-resources';

export interface QueueSettings {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly accountId: string;
  readonly path: string;
  readonly isFifo: boolean;
  readonly contentBasedDeduplication: boolean;
  /** Deduplicates within a message group instead of within the queue. */
  readonly deduplicatesByGroup: boolean;
  readonly visibilityTimeoutMs: number;
  readonly delayMs: number;
  readonly retentionMs: number;
  readonly receiveWaitMs: number;
  readonly maxMessageBytes: number;
  readonly redrive: RedrivePolicy | null;
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
const DEFAULTS = { visibilitySeconds: 30, retentionSeconds: 345_600, maxMessageBytes: 1_048_576 };

export function queueArn({ partition, region, accountId }: ResolvedStack, name: string): string {
  return `arn:${partition}:sqs:${region}:${accountId}:${name}`;
}

function redriveOf(properties: Properties): RedrivePolicy | null {
  const policy = bagOf(properties, 'RedrivePolicy');
  const target = policy && stringOf(policy, 'deadLetterTargetArn');
  if (!policy || target === undefined) return null;
  return { deadLetterTargetArn: target, maxReceiveCount: numberOf(policy, 'maxReceiveCount') ?? 10 };
}

export function queueSettings({ stack, resource }: StackResource): QueueSettings {
  const { properties: p, physicalId, path } = resource;
  const name = physicalId.split('/').at(-1)!;
  return {
    name,
    arn: queueArn(stack, name),
    region: stack.region,
    accountId: stack.accountId,
    path,
    isFifo: booleanOf(p, 'FifoQueue') ?? false,
    contentBasedDeduplication: booleanOf(p, 'ContentBasedDeduplication') ?? false,
    deduplicatesByGroup: stringOf(p, 'DeduplicationScope') === 'messageGroup',
    visibilityTimeoutMs: (numberOf(p, 'VisibilityTimeout') ?? DEFAULTS.visibilitySeconds) * 1000,
    delayMs: (numberOf(p, 'DelaySeconds') ?? 0) * 1000,
    retentionMs: (numberOf(p, 'MessageRetentionPeriod') ?? DEFAULTS.retentionSeconds) * 1000,
    receiveWaitMs: (numberOf(p, 'ReceiveMessageWaitTimeSeconds') ?? 0) * 1000,
    maxMessageBytes: numberOf(p, 'MaximumMessageSize') ?? DEFAULTS.maxMessageBytes,
    redrive: redriveOf(p),
  };
}
