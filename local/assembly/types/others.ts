import { generateId, generateName } from '../names';
import { arn, id, named, ref, seedOf, uuid, type ResourceView, type TypeTable } from './identity';

const upper = (resource: ResourceView, length: number) => id(length)(resource).toUpperCase();

/** IAM is global: its ARNs have no Region. */
const iamArn = (kind: string) => (resource: ResourceView) => {
  const { partition, accountId } = resource.env;
  return `arn:${partition}:iam::${accountId}:${kind}${String(resource.property('Path') ?? '/')}${resource.ref()}`;
};

/** Bucket names are global and lower case; CloudFormation's own have no upper-case letter either. */
const bucketName = (resource: ResourceView) =>
  String(
    resource.property('BucketName') ??
      generateName(resource.env.stackName, resource.logicalId, seedOf(resource), 63).toLowerCase(),
  );

const bucketHost = (middle: (region: string) => string) => (resource: ResourceView) =>
  `${resource.ref()}.${middle(resource.env.region)}.${resource.env.urlSuffix}`;

/** A secret's ARN ends with a hyphen and six random characters. */
const secretArn = (resource: ResourceView) => {
  const { partition, region, accountId } = resource.env;
  const suffix = generateId(`${seedOf(resource)}/suffix`, 6);
  return `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${named('Name')(resource)}-${suffix}`;
};

const topicArn = (resource: ResourceView) => {
  const { partition, region, accountId } = resource.env;
  return `arn:${partition}:sns:${region}:${accountId}:${named('TopicName')(resource)}`;
};

const FIFO = '.fifo';

/** CloudFormation ends the name of a FIFO queue as SQS wants it, when it makes the name up. */
const queueName = (resource: ResourceView) => {
  const isFifo = String(resource.property('FifoQueue')) === 'true';
  if (!isFifo || resource.property('QueueName') !== undefined) return named('QueueName', 80)(resource);
  return `${named('QueueName', 80 - FIFO.length)(resource)}${FIFO}`;
};

const stateMachineArn = (resource: ResourceView) => {
  const { partition, region, accountId } = resource.env;
  return `arn:${partition}:states:${region}:${accountId}:stateMachine:${named('StateMachineName', 80)(resource)}`;
};

const stream = (resource: ResourceView) =>
  `${String(resource.attribute('Arn'))}/stream/1970-01-01T00:00:00.000`;
const table = {
  ref: named('TableName'),
  attributes: { Arn: arn('dynamodb', (name) => `table/${name}`), StreamArn: stream, TableId: uuid },
};

const lastPartOfRef = (resource: ResourceView) => resource.ref().split(/[:/]/).at(-1);

/** Types whose references occur around an API; everything else gets a recognisable placeholder. */
export const OTHER_TYPES: TypeTable = {
  'AWS::CDK::Metadata': { ref: id(10) },
  'AWS::CloudFormation::WaitConditionHandle': { ref: id(10) },
  'AWS::CloudWatch::Alarm': {
    ref: named('AlarmName'),
    attributes: { Arn: arn('cloudwatch', (n) => `alarm:${n}`) },
  },
  'AWS::CloudWatch::CompositeAlarm': {
    ref: named('AlarmName'),
    attributes: { Arn: arn('cloudwatch', (n) => `alarm:${n}`) },
  },
  'AWS::CloudWatch::Dashboard': { ref: named('DashboardName') },
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::Events::EventBus': {
    ref: named('Name'),
    attributes: { Arn: arn('events', (n) => `event-bus/${n}`), Name: ref },
  },
  // On a bus of its own a rule is referred to as `bus|rule`.
  'AWS::Events::Rule': {
    ref: (resource) => {
      const bus = resource.property('EventBusName');
      const name = named('Name', 64)(resource);
      return bus === undefined || bus === 'default' ? name : `${String(bus)}|${name}`;
    },
    attributes: { Arn: arn('events', (r) => `rule/${r.replace('|', '/')}`) },
  },
  'AWS::IAM::AccessKey': {
    ref: (resource) => `AKIA${upper(resource, 16)}`,
    attributes: { SecretAccessKey: (resource) => generateId(`${seedOf(resource)}/secret`, 40) },
  },
  'AWS::IAM::Group': { ref: named('GroupName', 128), attributes: { Arn: iamArn('group') } },
  'AWS::IAM::InstanceProfile': {
    ref: named('InstanceProfileName', 128),
    attributes: { Arn: iamArn('instance-profile') },
  },
  'AWS::IAM::ManagedPolicy': {
    ref: (resource) => {
      const { partition, accountId } = resource.env;
      const path = String(resource.property('Path') ?? '/');
      return `arn:${partition}:iam::${accountId}:policy${path}${named('ManagedPolicyName', 128)(resource)}`;
    },
    attributes: { PolicyArn: ref },
  },
  'AWS::IAM::Policy': { ref: id(10) },
  'AWS::IAM::Role': {
    ref: named('RoleName', 64),
    attributes: { Arn: iamArn('role'), RoleId: (resource) => `AROA${upper(resource, 17)}` },
  },
  'AWS::IAM::User': { ref: named('UserName', 64), attributes: { Arn: iamArn('user') } },
  'AWS::KMS::Alias': { ref: named('AliasName') },
  'AWS::KMS::Key': { ref: uuid, attributes: { Arn: arn('kms', (key) => `key/${key}`), KeyId: ref } },
  'AWS::Logs::LogGroup': {
    ref: named('LogGroupName', 512),
    attributes: { Arn: arn('logs', (name) => `log-group:${name}:*`) },
  },
  'AWS::Logs::LogStream': { ref: named('LogStreamName', 512) },
  'AWS::S3::Bucket': {
    ref: bucketName,
    attributes: {
      Arn: (resource) => `arn:${resource.env.partition}:s3:::${resource.ref()}`,
      DomainName: bucketHost(() => 's3'),
      DualStackDomainName: bucketHost((region) => `s3.dualstack.${region}`),
      RegionalDomainName: bucketHost((region) => `s3.${region}`),
      WebsiteURL: (resource) => `http://${bucketHost((region) => `s3-website-${region}`)(resource)}`,
    },
  },
  'AWS::SNS::Topic': { ref: topicArn, attributes: { TopicArn: ref, TopicName: lastPartOfRef } },
  'AWS::SQS::Queue': {
    ref: (resource) => {
      const { region, accountId, urlSuffix } = resource.env;
      return `https://sqs.${region}.${urlSuffix}/${accountId}/${queueName(resource)}`;
    },
    attributes: {
      Arn: arn('sqs', (url) => url.split('/').at(-1)!),
      QueueName: lastPartOfRef,
      QueueUrl: ref,
    },
  },
  'AWS::SSM::Parameter': {
    ref: named('Name'),
    attributes: { Type: (r) => r.property('Type'), Value: (r) => r.property('Value') },
  },
  'AWS::SecretsManager::Secret': { ref: secretArn, attributes: { Id: ref } },
  'AWS::StepFunctions::StateMachine': {
    ref: stateMachineArn,
    attributes: { Arn: ref, Name: lastPartOfRef },
  },
};
