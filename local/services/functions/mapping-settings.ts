import { type ResolvedStack } from '../../contract';
import {
  bagOf,
  bagsOf,
  booleanOf,
  numberOf,
  type Properties,
  stringOf,
  stringsOf,
} from '../../gateway/compile/l1';
import { compilePattern, type EventPattern } from '../events/pattern';
import { resourcesOfType } from '../stack-resources';

/** An `AWS::Lambda::EventSourceMapping` from a queue. */
export interface MappingSettings {
  readonly path: string;
  readonly functionName: string;
  readonly queueArn: string;
  readonly isEnabled: boolean;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly maxConcurrency: number;
  readonly reportsItemFailures: boolean;
  /** A message has to match one of them; no filter when there are none. */
  readonly filters: readonly EventPattern[];
}

// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
const DEFAULT_BATCH_SIZE = 10;
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
const INITIAL_CONCURRENCY = 5;

function filtersOf(properties: Properties): EventPattern[] {
  return bagsOf(bagOf(properties, 'FilterCriteria') ?? {}, 'Filters').map((filter) =>
    compilePattern(JSON.parse(stringOf(filter, 'Pattern') ?? '{}')),
  );
}

export function mappingSettings(stacks: readonly ResolvedStack[]): MappingSettings[] {
  return resourcesOfType(stacks, 'AWS::Lambda::EventSourceMapping')
    .filter(({ resource }) => /^arn:[^:]+:sqs:/.test(stringOf(resource.properties, 'EventSourceArn') ?? ''))
    .map(({ resource: { properties: p, path } }) => ({
      path,
      functionName: stringOf(p, 'FunctionName') ?? '',
      queueArn: stringOf(p, 'EventSourceArn') ?? '',
      isEnabled: booleanOf(p, 'Enabled') ?? true,
      batchSize: numberOf(p, 'BatchSize') ?? DEFAULT_BATCH_SIZE,
      windowMs: (numberOf(p, 'MaximumBatchingWindowInSeconds') ?? 0) * 1000,
      maxConcurrency: numberOf(bagOf(p, 'ScalingConfig') ?? {}, 'MaximumConcurrency') ?? INITIAL_CONCURRENCY,
      reportsItemFailures: stringsOf(p, 'FunctionResponseTypes').includes('ReportBatchItemFailures'),
      filters: filtersOf(p),
    }));
}
