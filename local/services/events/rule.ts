import { bagOf, bagsOf, type Properties, stringOf } from '../../gateway/compile/l1';
import { parseArn, type StackResource } from '../stack-resources';
import { compilePattern, type EventPattern } from './pattern';
import { compileTargetInput, type TargetInput } from './target-input';

export interface RuleTarget {
  readonly id: string;
  readonly arn: string;
  readonly input: TargetInput;
  readonly deadLetterArn: string | undefined;
  /** For FIFO queues. */
  readonly messageGroupId: string | undefined;
}

/** An `AWS::Events::Rule`. */
export interface Rule {
  readonly path: string;
  readonly arn: string;
  readonly name: string;
  readonly busArn: string;
  readonly isEnabled: boolean;
  /** Null when the rule only has a schedule. */
  readonly matches: EventPattern | null;
  readonly schedule: string | undefined;
  readonly targets: readonly RuleTarget[];
}

/** Rules name their bus or give its ARN; without either it is the account's default bus. */
export function busArnOf({ stack }: StackResource, nameOrArn = 'default'): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn;
  const { partition, region, accountId } = stack;
  return `arn:${partition}:events:${region}:${accountId}:event-bus/${nameOrArn}`;
}

function targetOf(target: Properties): RuleTarget {
  return {
    id: stringOf(target, 'Id') ?? '',
    arn: stringOf(target, 'Arn') ?? '',
    input: compileTargetInput(target),
    deadLetterArn: stringOf(bagOf(target, 'DeadLetterConfig') ?? {}, 'Arn'),
    messageGroupId: stringOf(bagOf(target, 'SqsParameters') ?? {}, 'MessageGroupId'),
  };
}

function patternOf(properties: Properties): unknown {
  const pattern = properties['EventPattern'];
  return typeof pattern === 'string' ? JSON.parse(pattern) : pattern;
}

/** @throws SyntaxError when its pattern cannot be imitated */
export function compileRule(found: StackResource): Rule {
  const { stack, resource } = found;
  const { properties: p, physicalId, path } = resource;
  const busArn = busArnOf(found, stringOf(p, 'EventBusName'));
  const name = physicalId.split('|').at(-1)!;
  const bus = parseArn(busArn).resource.replace(/^event-bus\//, '');
  const pattern = patternOf(p);
  return {
    path,
    arn: `arn:${stack.partition}:events:${stack.region}:${stack.accountId}:rule/${bus === 'default' ? '' : `${bus}/`}${name}`,
    name,
    busArn,
    isEnabled: stringOf(p, 'State') !== 'DISABLED',
    matches: pattern === undefined ? null : compilePattern(pattern),
    schedule: stringOf(p, 'ScheduleExpression'),
    targets: bagsOf(p, 'Targets').map(targetOf),
  };
}
