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

/** Why an event does not get to a target. */
interface Obstacle {
  /** As the service has it in dead letters. */
  readonly code: string;
  readonly message: string;
}

const MISSING: Obstacle = { code: 'NO_RESOURCE', message: 'The target does not exist.' };
const NO_JSON: Obstacle = { code: 'INVALID_JSON', message: 'The input of the target is not JSON.' };

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Takes events to the targets of rules. */
export class Delivery {
  /**
   * @param forward puts an event on another bus
   * @param onUndelivered is told of events that do not get to a target
   */
  constructor(
    private readonly queues: QueueRegistry,
    private readonly functions: AsyncInvoker,
    private readonly forward: (busArn: string, event: BusEvent) => boolean,
    private readonly onUndelivered: (target: RuleTarget, rule: Rule, why: string) => void,
  ) {}

  deliver(event: BusEvent, rule: Rule): void {
    for (const target of rule.targets) {
      if (!isImitatedTarget(target.arn)) continue;
      const payload = target.input(event, rule);
      const obstacle = this.reach(target, payload, event);
      if (!obstacle) continue;
      this.deadLetter(target, payload, rule, obstacle);
      this.onUndelivered(target, rule, obstacle.message);
    }
  }

  private reach({ arn, messageGroupId }: RuleTarget, payload: string, event: BusEvent): Obstacle | undefined {
    if (BUS.test(arn)) return this.forward(arn, event) ? undefined : MISSING;
    if (FUNCTION.test(arn)) {
      if (!this.functions.has(arn)) return MISSING;
      if (!isJson(payload)) return NO_JSON;
      this.functions.invoke(arn, payload);
      return undefined;
    }
    const queue = this.queues.byArn(arn);
    queue?.send({
      body: payload,
      attributes: {},
      groupId: messageGroupId,
      deduplicationId: contentDigest(payload),
    });
    return queue ? undefined : MISSING;
  }

  /**
   * A target that does not exist, or that cannot take the input, is not tried again.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
   */
  private deadLetter(target: RuleTarget, payload: string, rule: Rule, { code, message }: Obstacle): void {
    const queue = target.deadLetterArn === undefined ? undefined : this.queues.byArn(target.deadLetterArn);
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    queue?.send({
      body: payload,
      attributes: {
        RULE_ARN: text(rule.arn),
        TARGET_ARN: text(target.arn),
        ERROR_CODE: text(code),
        ERROR_MESSAGE: text(message),
      },
    });
  }
}
