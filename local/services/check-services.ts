import { type EngineFinding, type ResolvedStack } from '../contract';
import { bagOf, stringOf } from '../gateway/compile/l1';
import { isImitatedTarget } from './events/delivery';
import { compileRule } from './events/rule';
import { compileSchedule } from './events/schedule';
import { mappingSettings } from './functions/mapping-settings';
import { messageOf } from '../engine-error';
import { resourcesOfType } from './stack-resources';

type Severity = EngineFinding['severity'];
const finding = (severity: Severity, code: string, message: string, path: string): EngineFinding => ({
  severity,
  code,
  message,
  path,
});

/** What would fire differently than on AWS is an error; a target that gets nothing is a notice. */
function checkRules(stacks: readonly ResolvedStack[]): EngineFinding[] {
  return resourcesOfType(stacks, 'AWS::Events::Rule').flatMap((found) => {
    const { path } = found.resource;
    try {
      const { targets, schedule } = compileRule(found);
      if (schedule !== undefined) compileSchedule(schedule, 0);
      return targets
        .filter(({ arn }) => !isImitatedTarget(arn))
        .map(({ arn }) =>
          finding('notice', 'TargetNotImitated', `${arn} gets no events from this rule`, path),
        );
    } catch (error) {
      return [finding('error', 'RuleNotImitated', messageOf(error), path)];
    }
  });
}

function checkMappings(stacks: readonly ResolvedStack[]): EngineFinding[] {
  const queues = new Set(
    resourcesOfType(stacks, 'AWS::SQS::Queue').map(({ resource }) => resource.physicalId.split('/').at(-1)),
  );
  const findings = resourcesOfType(stacks, 'AWS::Lambda::EventSourceMapping').flatMap(({ resource }) => {
    const source = stringOf(resource.properties, 'EventSourceArn') ?? 'a self-managed source';
    if (/^arn:[^:]+:sqs:/.test(source) && queues.has(source.split(':').at(-1))) return [];
    const message = `the function gets no events from ${source}: only queues of the stacks are imitated`;
    return [finding('notice', 'EventSourceNotImitated', message, resource.path)];
  });
  try {
    mappingSettings(stacks);
  } catch (error) {
    const message = `a filter of an event source mapping: ${messageOf(error)}`;
    findings.push(finding('error', 'FilterNotImitated', message, 'AWS::Lambda::EventSourceMapping'));
  }
  return findings;
}

/** Failures that nobody would hear of locally. */
function checkFailureTargets(stacks: readonly ResolvedStack[]): EngineFinding[] {
  const targets = [
    ...resourcesOfType(stacks, 'AWS::Lambda::Function').map(({ resource }) => ({
      path: resource.path,
      arn: stringOf(bagOf(resource.properties, 'DeadLetterConfig') ?? {}, 'TargetArn'),
    })),
    ...resourcesOfType(stacks, 'AWS::Lambda::EventInvokeConfig').flatMap(({ resource }) => {
      const destinations = bagOf(resource.properties, 'DestinationConfig') ?? {};
      const arnOf = (name: string) => stringOf(bagOf(destinations, name) ?? {}, 'Destination');
      const onSuccess = arnOf('OnSuccess');
      return [
        { path: resource.path, arn: arnOf('OnFailure') },
        { path: resource.path, arn: onSuccess && `${onSuccess} (on success)` },
      ];
    }),
  ];
  return targets
    .filter(({ arn }) => arn !== undefined && !(/^arn:[^:]+:sqs:/.test(arn) && !arn.endsWith(')')))
    .map(({ arn, path }) => finding('notice', 'DestinationNotImitated', `${arn} gets no records`, path));
}

function checkQueues(stacks: readonly ResolvedStack[]): EngineFinding[] {
  return resourcesOfType(stacks, 'AWS::SQS::Queue').flatMap(({ resource: { properties, path } }) =>
    stringOf(properties, 'FifoThroughputLimit') === undefined
      ? []
      : [finding('notice', 'QueuePropertyNotImitated', 'FifoThroughputLimit: no limit is held', path)],
  );
}

/** Lists what of the services that functions call is not imitated. */
export function checkServices(stacks: readonly ResolvedStack[]): EngineFinding[] {
  return [checkRules, checkMappings, checkFailureTargets, checkQueues].flatMap((check) => check(stacks));
}
