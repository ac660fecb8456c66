import { type ResolvedStack } from '../../contract';
import { bagOf, numberOf, type Properties, stringOf } from '../../gateway/compile/l1';
import { resourcesOfType } from '../stack-resources';

/** How a function's asynchronous invocations are tried again. */
export interface AsyncSettings {
  readonly maxRetries: number;
  readonly maxAgeMs: number;
  /** Queues; other targets are not imitated. */
  readonly deadLetterArn: string | undefined;
  readonly onFailureArn: string | undefined;
}

// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
const DEFAULT_RETRIES = 2;
const DEFAULT_AGE_SECONDS = 21_600;

export function functionNameOf(arnOrName: string): string {
  const parts = arnOrName.split(':');
  return (parts[0] === 'arn' ? parts[6] : parts[0]) ?? '';
}

/** Settings by the function's ARN or name. */
export function asyncSettings(stacks: readonly ResolvedStack[]): (arn: string) => AsyncSettings {
  const configs = new Map<string, Properties>();
  for (const { resource } of resourcesOfType(stacks, 'AWS::Lambda::EventInvokeConfig')) {
    configs.set(functionNameOf(stringOf(resource.properties, 'FunctionName') ?? ''), resource.properties);
  }
  const deadLetters = new Map<string, string>();
  for (const { resource } of resourcesOfType(stacks, 'AWS::Lambda::Function')) {
    const target = stringOf(bagOf(resource.properties, 'DeadLetterConfig') ?? {}, 'TargetArn');
    if (target !== undefined) deadLetters.set(resource.physicalId, target);
  }
  return (arn) => {
    const name = functionNameOf(arn);
    const config = configs.get(name) ?? {};
    const onFailure = bagOf(bagOf(config, 'DestinationConfig') ?? {}, 'OnFailure') ?? {};
    return {
      maxRetries: numberOf(config, 'MaximumRetryAttempts') ?? DEFAULT_RETRIES,
      maxAgeMs: (numberOf(config, 'MaximumEventAgeInSeconds') ?? DEFAULT_AGE_SECONDS) * 1000,
      deadLetterArn: deadLetters.get(name),
      onFailureArn: stringOf(onFailure, 'Destination'),
    };
  };
}
