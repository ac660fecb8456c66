import { generateUuid } from './names';

export const DEFAULT_REGION = 'us-east-1';
export const DEFAULT_ACCOUNT = '000000000000';

/** Where a stack lives, and the pseudo parameters that follow from it. */
export interface StackEnvironment {
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  readonly urlSuffix: string;
  readonly stackId: string;
}

// https://docs.aws.amazon.com/general/latest/gr/rande.html
const PARTITIONS: readonly [prefix: string, partition: string, urlSuffix: string][] = [
  ['cn-', 'aws-cn', 'amazonaws.com.cn'],
  ['us-gov-', 'aws-us-gov', 'amazonaws.com'],
  ['', 'aws', 'amazonaws.com'],
];

export function stackEnvironment(stackName: string, region: string, accountId: string): StackEnvironment {
  const [, partition, urlSuffix] = PARTITIONS.find(([prefix]) => region.startsWith(prefix))!;
  const stackId = `arn:${partition}:cloudformation:${region}:${accountId}:stack/${stackName}/${generateUuid(stackName)}`;
  return { stackName, region, accountId, partition, urlSuffix, stackId };
}

/** `undefined` for a name that is no pseudo parameter, and for AWS::NoValue, which is not a value. */
export function pseudoParameter(name: string, env: StackEnvironment): unknown {
  switch (name) {
    case 'AWS::AccountId':
      return env.accountId;
    case 'AWS::NotificationARNs':
      return [];
    case 'AWS::Partition':
      return env.partition;
    case 'AWS::Region':
      return env.region;
    case 'AWS::StackId':
      return env.stackId;
    case 'AWS::StackName':
      return env.stackName;
    case 'AWS::URLSuffix':
      return env.urlSuffix;
    default:
      return undefined;
  }
}
