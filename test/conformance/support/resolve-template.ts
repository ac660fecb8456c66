import { type ResolvedResource, type ResolvedStack } from '../../../local/contract';

const REGION = 'eu-west-1';
const ACCOUNT = '123456789012';
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'Conformance',
};

/** Just enough of CloudFormation for templates that CDK makes of API Gateway resources and functions. */
export function resolveTemplate(
  template: { readonly Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }> },
  parameters: Readonly<Record<string, string>>,
): ResolvedStack {
  const idOf = (logicalId: string): string => {
    const { Type, Properties } = template.Resources[logicalId] ?? {};
    if (Type === 'AWS::ApiGateway::Stage') return String(Properties?.['StageName']);
    return Type === 'AWS::ApiGateway::Model' ? String(Properties?.['Name']) : logicalId;
  };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const [key, argument] = Object.entries(value)[0] ?? [];
    if (key === 'Ref')
      return PSEUDO[argument as string] ?? parameters[argument as string] ?? idOf(argument as string);
    if (key === 'Fn::GetAtt') return attribute(argument as [string, string]);
    if (key === 'Fn::Join') {
      const [separator, list] = argument as [string, unknown[]];
      return list.map(resolve).join(separator);
    }
    if (key === 'Fn::Split') {
      const [separator, text] = argument as [string, unknown];
      return String(resolve(text)).split(separator);
    }
    if (key === 'Fn::Select') {
      const [index, list] = argument as [string, unknown];
      return (resolve(list) as unknown[])[Number(index)];
    }
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolve(v)]));
  };
  const resources = Object.entries(template.Resources).map(
    ([logicalId, { Type, Properties }]): ResolvedResource => ({
      logicalId,
      type: Type,
      physicalId: idOf(logicalId),
      properties: resolve(Properties ?? {}) as Record<string, unknown>,
      metadata: {},
      path: `Conformance/${logicalId}`,
    }),
  );
  return {
    name: 'Conformance',
    accountId: ACCOUNT,
    region: REGION,
    partition: 'aws',
    resources: new Map(resources.map((r) => [r.logicalId, r])),
    outputs: {},
  };
}

function attribute([logicalId, name]: [string, string]): string {
  return name === 'Arn'
    ? `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${logicalId}`
    : `${logicalId}.${name}`;
}
