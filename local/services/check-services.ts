import { type EngineFinding, type ResolvedStack } from '../contract';
import { bagOf, numberOf, stringOf } from '../gateway/compile/l1';
import { isImitatedTarget } from './events/delivery';
import { compileRule } from './events/rule';
import { compileSchedule } from './events/schedule';
import { functionNameOf } from './functions/async-settings';
import { mappingSettings } from './functions/mapping-settings';
import { messageOf } from '../engine-error';
import { queueSettings, type QueueSettings } from './queues/queue-settings';
import { checkGatewayReferences } from './secrets/gateway-references';
import { resourcesOfType, type StackResource } from './stack-resources';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
const DEFAULT_TIMEOUT_SECONDS = 3;

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

/** What a queue of the stacks feeds: nothing that is missing, and nothing that runs longer than it hides a message. */
function checkFedFunction(
  { resource }: StackResource,
  queue: QueueSettings,
  functions: readonly StackResource[],
): EngineFinding[] {
  const { properties, path } = resource;
  const name = functionNameOf(stringOf(properties, 'FunctionName') ?? '');
  const fed = functions.find((found) => found.resource.physicalId === name);
  if (!fed) {
    const message = `queue ${queue.name} keeps its messages: no stack has the function ${name}`;
    return [finding('notice', 'EventSourceNotImitated', message, path)];
  }
  const timeout = numberOf(fed.resource.properties, 'Timeout') ?? DEFAULT_TIMEOUT_SECONDS;
  const hidden = queue.visibilityTimeoutMs / 1000;
  if (hidden >= timeout) return [];
  const message = `VisibilityTimeout of queue ${queue.name} must be at least the Timeout of function ${name}, ${timeout} seconds, got ${hidden}; AWS refuses to feed the function`;
  return [finding('error', 'VisibilityTimeoutTooShort', message, path)];
}

function checkMappings(stacks: readonly ResolvedStack[]): EngineFinding[] {
  const functions = resourcesOfType(stacks, 'AWS::Lambda::Function');
  const queues = new Map(
    resourcesOfType(stacks, 'AWS::SQS::Queue')
      .map(queueSettings)
      .map((settings) => [settings.name, settings]),
  );
  const findings = resourcesOfType(stacks, 'AWS::Lambda::EventSourceMapping').flatMap((mapping) => {
    const { properties, path } = mapping.resource;
    const source = stringOf(properties, 'EventSourceArn') ?? 'a self-managed source';
    const queue = /^arn:[^:]+:sqs:/.test(source) ? queues.get(source.split(':').at(-1)!) : undefined;
    if (queue) return checkFedFunction(mapping, queue, functions);
    const message = `the function gets no events from ${source}: only queues of the stacks are imitated`;
    return [finding('notice', 'EventSourceNotImitated', message, path)];
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
  const queues = resourcesOfType(stacks, 'AWS::SQS::Queue');
  const arns = new Set(queues.map((queue) => queueSettings(queue).arn));
  return queues.flatMap((queue) => {
    const { properties, path } = queue.resource;
    const { redrive, name } = queueSettings(queue);
    const notices: string[] = [];
    if (stringOf(properties, 'FifoThroughputLimit') !== undefined)
      notices.push('FifoThroughputLimit: no limit is held');
    if (redrive && !arns.has(redrive.deadLetterTargetArn)) {
      notices.push(
        `RedrivePolicy: queue ${name} keeps its messages, no stack has ${redrive.deadLetterTargetArn}`,
      );
    }
    return notices.map((message) => finding('notice', 'QueuePropertyNotImitated', message, path));
  });
}

/** Lists what of the services that functions call is not imitated. */
export function checkServices(stacks: readonly ResolvedStack[]): EngineFinding[] {
  const checks = [checkRules, checkMappings, checkFailureTargets, checkQueues, checkGatewayReferences];
  return checks.flatMap((check) => check(stacks));
}
