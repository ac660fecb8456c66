import { arn, id, named, ref, uuid, type ResourceView, type TypeTable } from './identity';

/** Accepts what templates put in `FunctionName`: a name, a partial or a whole ARN. */
function functionArn(resource: ResourceView): string {
  const given = String(resource.property('FunctionName') ?? resource.property('TargetFunctionArn'));
  if (given.startsWith('arn:')) return given;
  const { partition, region, accountId } = resource.env;
  return `arn:${partition}:lambda:${region}:${accountId}:function:${given.split(':').at(-1)}`;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Lambda.html */
export const LAMBDA_TYPES: TypeTable = {
  'AWS::Lambda::Alias': {
    ref: (resource) => `${functionArn(resource)}:${String(resource.property('Name'))}`,
    attributes: { AliasArn: ref },
  },
  'AWS::Lambda::EventSourceMapping': { ref: uuid, attributes: { Id: ref } },
  'AWS::Lambda::Function': {
    ref: named('FunctionName', 64),
    attributes: { Arn: arn('lambda', (name) => `function:${name}`) },
  },
  'AWS::Lambda::LayerVersion': {
    ref: (resource) => {
      const { partition, region, accountId } = resource.env;
      return `arn:${partition}:lambda:${region}:${accountId}:layer:${named('LayerName', 64)(resource)}:1`;
    },
    attributes: { LayerVersionArn: ref },
  },
  'AWS::Lambda::Permission': { ref: id(10), attributes: { Id: ref } },
  'AWS::Lambda::Url': {
    ref: functionArn,
    attributes: {
      FunctionArn: functionArn,
      FunctionUrl: (resource) => `https://${id(32)(resource)}.lambda-url.${resource.env.region}.on.aws/`,
    },
  },
  // A template publishes at most one version of a function at a time: the first.
  'AWS::Lambda::Version': {
    ref: (resource) => `${functionArn(resource)}:1`,
    attributes: { FunctionArn: ref, Version: () => '1' },
  },
};
