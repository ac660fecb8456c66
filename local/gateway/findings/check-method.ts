import { type Backends, compileIntegration } from '../compile/integration';
import { bagOf, numberOf, type Properties, stringOf } from '../compile/l1';
import { type Resources } from '../compile/resources';
import { dynamoDbActionIn } from '../integration/dynamodb-integration';
import { functionArnIn } from '../integration/lambda-uri';
import { type Report } from './finding';
import { KNOWN_INTEGRATION_PROPERTIES } from './known-properties';

const TYPES: ReadonlySet<string> = new Set(['MOCK', 'HTTP', 'HTTP_PROXY', 'AWS', 'AWS_PROXY']);

export function checkMethod(p: Properties, report: Report, _id: string, resources: Resources): void {
  const authorization = stringOf(p, 'AuthorizationType') ?? 'NONE';
  if (authorization !== 'NONE' && authorization !== 'CUSTOM')
    report('error', 'UnsupportedAuthorization', `AuthorizationType ${authorization} is not imitated`);
  if (
    authorization === 'CUSTOM' &&
    !resources.all('Authorizer').some((a) => a.id === stringOf(p, 'AuthorizerId'))
  )
    report(
      'error',
      'UnknownAuthorizer',
      `AuthorizerId ${stringOf(p, 'AuthorizerId')} is no authorizer of the stacks`,
    );
  const integration = bagOf(p, 'Integration');
  if (!integration)
    report('error', 'MissingIntegration', 'the method has no integration and cannot be deployed');
  else checkIntegration(integration, report);
}

function checkIntegration(bag: Properties, report: Report): void {
  const type = stringOf(bag, 'Type') ?? '';
  const uri = stringOf(bag, 'Uri') ?? '';
  if (!TYPES.has(type)) {
    report('error', 'UnsupportedIntegration', `integration type ${type} is not imitated`);
    return;
  }
  for (const key of Object.keys(bag))
    if (!KNOWN_INTEGRATION_PROPERTIES.has(key) && bag[key] !== undefined)
      report('notice', 'UnknownProperty', `Integration.${key}: it has no effect`);
  if (stringOf(bag, 'ConnectionType') === 'VPC_LINK')
    report('error', 'UnsupportedIntegration', 'ConnectionType VPC_LINK is not imitated');
  if (type.startsWith('AWS') && functionArnIn(uri) === undefined && !isDynamoDb(type, uri))
    report('error', 'UnsupportedIntegration', `only Lambda functions and DynamoDB can be called, not ${uri}`);
  const timeout = numberOf(bag, 'TimeoutInMillis');
  if (timeout !== undefined && timeout < 50)
    report('error', 'InvalidTimeout', `TimeoutInMillis must be at least 50, got ${timeout}`);
  compiles(bag, report);
}

const NO_BACKENDS: Backends = {
  functions: { has: () => false, invoke: () => Promise.resolve({ kind: 'throttled' }) },
  invokeLater: () => undefined,
  endpoints: {},
};

/** Templates and patterns that cannot be parsed fail each call on AWS; here they stop the start, with the reason. */
function compiles(bag: Properties, report: Report): void {
  try {
    compileIntegration(bag, NO_BACKENDS);
  } catch (error) {
    report('error', 'InvalidTemplate', (error as Error).message);
  }
}

function isDynamoDb(type: string, uri: string): boolean {
  return type === 'AWS' && dynamoDbActionIn(uri) !== undefined;
}
