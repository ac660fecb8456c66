import { type EngineFinding, type ResolvedResource, type ResolvedStack } from './contract';

/** Types that the engine runs, that the gateway checks itself, or that are nothing at run time on AWS either. */
const IMITATED = [
  /^AWS::ApiGateway::/,
  /^AWS::CDK::Metadata$/,
  /^AWS::CloudFormation::(Stack|WaitConditionHandle)$/,
  /^AWS::DynamoDB::(Global)?Table$/,
  /^AWS::Events::(EventBus|Rule)$/,
  /^AWS::Lambda::(Alias|EventInvokeConfig|EventSourceMapping|Function|Permission|Version)$/,
  /^AWS::SQS::Queue$/,
  /^AWS::SecretsManager::Secret$/,
];

/** Types that no request would notice, with what is missing all the same. */
const WITHOUT_EFFECT: readonly [type: RegExp, meaning: string][] = [
  [/^AWS::IAM::/, 'every function may do everything'],
  [/^AWS::Logs::/, 'what functions write goes to the terminal'],
  [/^AWS::CloudWatch::/, 'no metrics are collected'],
  [/^AWS::WAFv2::/, 'no request is filtered'],
  [
    /^AWS::(Events::EventBusPolicy|SQS::Queue(Inline)?Policy|SecretsManager::ResourcePolicy)$/,
    'every call is permitted',
  ],
];

/** What the absence of a type means, where it is not plain. */
const MEANINGS: readonly [type: RegExp, meaning: string][] = [
  [/^(Custom::|AWS::CloudFormation::CustomResource$)/, 'it is not run, and its attributes are placeholders'],
  [/^AWS::Events::/, 'no event goes that way'],
  [/^AWS::Scheduler::/, 'no schedule fires'],
  [/^AWS::SecretsManager::/, 'no secret is rotated by itself'],
  [/^AWS::Lambda::LayerVersion$/, 'functions run without it'],
  [/^AWS::(SNS|SSM|S3|KMS|StepFunctions)::/, 'calls to the service fail'],
];

const meaningOf = (table: readonly [RegExp, string][], type: string) =>
  table.find(([rule]) => rule.test(type))?.[1];

function describe(type: string, resources: readonly ResolvedResource[]): EngineFinding {
  const harmless = meaningOf(WITHOUT_EFFECT, type);
  const meaning = harmless ?? meaningOf(MEANINGS, type) ?? 'it does nothing';
  const count = resources.length === 1 ? '' : ` (${resources.length} resources)`;
  return {
    severity: 'notice',
    code: harmless === undefined ? 'TypeNotImitated' : 'TypeWithoutEffect',
    message: `${type}${count}: ${meaning}`,
    path: resources[0]!.path,
  };
}

/** Names every resource type that the engine does not imitate, once, with what that means. */
export function checkTypes(stacks: readonly ResolvedStack[]): EngineFinding[] {
  const byType = new Map<string, ResolvedResource[]>();
  for (const resource of stacks.flatMap((stack) => [...stack.resources.values()])) {
    if (IMITATED.some((rule) => rule.test(resource.type))) continue;
    byType.set(resource.type, [...(byType.get(resource.type) ?? []), resource]);
  }
  return [...byType].map(([type, resources]) => describe(type, resources));
}
