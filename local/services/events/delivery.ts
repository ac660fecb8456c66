import { type AsyncInvoker } from '../functions/async-invoker';
import { contentDigest } from '../queues/deduplication';
import { type QueueRegistry } from '../queues/queue-registry';
import { type Rule, type RuleTarget } from './rule';
import { type BusEvent } from './target-input';

const QUEUE = /^arn:[^:]+:sqs:/;
const FUNCTION = /^arn:[^:]+:lambda:/;
const BUS = /^arn:[^:]+:events:[^:]*:[^:]*:event-bus\//;

/** Targets that events reach; others are listed at start. */
export function isImitatedTarget(arn: string): boolean {
  return QUEUE.test(arn) || FUNCTION.test(arn) || BUS.test(arn);
}

/** Takes events to the targets of rules. */
export class Delivery {
  /** @param forward puts an event on another bus */
  constructor(
    private readonly queues: QueueRegistry,
    private readonly functions: AsyncInvoker,
    private readonly forward: (busArn: string, event: BusEvent) => boolean,
  ) {}

  deliver(event: BusEvent, rule: Rule): void {
    for (const target of rule.targets) {
      const payload = target.input(event, rule);
      if (!isImitatedTarget(target.arn) || this.reach(target, payload, event)) continue;
      this.deadLetter(target, payload, rule);
    }
  }

  private reach({ arn, messageGroupId }: RuleTarget, payload: string, event: BusEvent): boolean {
    if (BUS.test(arn)) return this.forward(arn, event);
    if (FUNCTION.test(arn)) {
      if (!this.functions.has(arn)) return false;
      this.functions.invoke(arn, payload);
      return true;
    }
    const queue = this.queues.byArn(arn);
    queue?.send({
      body: payload,
      attributes: {},
      groupId: messageGroupId,
      deduplicationId: contentDigest(payload),
    });
    return queue !== undefined;
  }

  /**
   * A target that does not exist is not tried again.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
   */
  private deadLetter(target: RuleTarget, payload: string, rule: Rule): void {
    const queue = target.deadLetterArn === undefined ? undefined : this.queues.byArn(target.deadLetterArn);
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    queue?.send({
      body: payload,
      attributes: {
        RULE_ARN: text(rule.arn),
        TARGET_ARN: text(target.arn),
        ERROR_CODE: text('NO_RESOURCE'),
        ERROR_MESSAGE: text('The target does not exist.'),
      },
    });
  }
}
