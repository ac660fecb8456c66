import { randomUUID } from 'node:crypto';
import { type ResolvedStack } from '../../contract';
import { type Agenda } from '../agenda';
import { type AsyncInvoker } from '../functions/async-invoker';
import { type QueueRegistry } from '../queues/queue-registry';
import { parseArn, resourcesOfType } from '../stack-resources';
import { Delivery } from './delivery';
import { type Rule, type RuleTarget } from './rule';
import { compileSchedule, runSchedule } from './schedule';
import { type BusEvent } from './target-input';

/** The service's instants have no fraction of a second. */
export function eventTime(instant: number): string {
  return new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The buses of the stacks, the default ones included, with their rules. */
export class EventBuses {
  private readonly arns = new Set<string>();
  private readonly delivery: Delivery;
  private rules: readonly Rule[] = [];
  private stops: (() => void)[] = [];
  private readonly startedAt: number;
  /** The last instant that is over for a schedule, by rule and expression: a reload repeats and skips none. */
  private readonly over = new Map<string, number>();

  /** @param onUndelivered is told of events that do not get to a target of a rule, by the rule's path */
  constructor(
    queues: QueueRegistry,
    functions: AsyncInvoker,
    private readonly agenda: Agenda,
    onUndelivered: (message: string, path: string) => void,
  ) {
    const tell = ({ arn }: RuleTarget, { path }: Rule, why: string) =>
      onUndelivered(`an event does not get to ${arn}: ${why}`, path);
    this.startedAt = agenda.clock.now();
    // An event that came over one bus is not passed on to a third.
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html
    const last = new Delivery(queues, functions, (arn) => this.arns.has(arn), tell);
    const forward = (arn: string, event: BusEvent) => {
      if (this.arns.has(arn)) this.publish(arn, event, last);
      return this.arns.has(arn);
    };
    this.delivery = new Delivery(queues, functions, forward, tell);
  }

  /** Takes over the buses of the stacks. */
  follow(stacks: readonly ResolvedStack[]): void {
    for (const { partition, region, accountId } of stacks) {
      this.arns.add(`arn:${partition}:events:${region}:${accountId}:event-bus/default`);
    }
    for (const { stack, resource } of resourcesOfType(stacks, 'AWS::Events::EventBus')) {
      const { partition, region, accountId } = stack;
      this.arns.add(`arn:${partition}:events:${region}:${accountId}:event-bus/${resource.physicalId}`);
    }
  }

  /** By ARN, or by name in the caller's Region; undefined when there is no such bus. */
  find(nameOrArn: string, region: string): string | undefined {
    return [...this.arns].find(
      (arn) =>
        arn === nameOrArn ||
        (parseArn(arn).region === region && parseArn(arn).resource === `event-bus/${nameOrArn}`),
    );
  }

  /** Delivers to every rule that matches, once the caller has been answered. */
  put(busArn: string, event: BusEvent): void {
    setImmediate(() => this.publish(busArn, event, this.delivery));
  }

  /** From now on events reach these rules, and those with a schedule fire. */
  start(rules: readonly Rule[]): void {
    this.close();
    this.rules = rules;
    for (const rule of rules) {
      if (rule.schedule === undefined || !rule.isEnabled) continue;
      const next = compileSchedule(rule.schedule, this.startedAt);
      const key = `${rule.arn} ${rule.schedule}`;
      const after = this.over.get(key) ?? this.agenda.clock.now();
      this.over.set(key, after);
      const fire = (instant: number) => {
        this.over.set(key, instant);
        this.fire(rule, instant);
      };
      this.stops.push(runSchedule(next, this.agenda, after, fire));
    }
  }

  close(): void {
    for (const stop of this.stops) stop();
    this.stops = [];
  }

  private publish(busArn: string, event: BusEvent, delivery: Delivery): void {
    for (const rule of this.rules) {
      if (rule.busArn === busArn && rule.isEnabled && rule.matches?.(event)) delivery.deliver(event, rule);
    }
  }

  private fire(rule: Rule, instant: number): void {
    const { region, accountId } = parseArn(rule.arn);
    const event: BusEvent = {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: accountId,
      time: eventTime(instant),
      region,
      resources: [rule.arn],
      detail: {},
    };
    this.delivery.deliver(event, rule);
  }
}
