import { AwsJsonClient, type AwsJsonClientOptions } from './aws-json-client';

type Environment = Readonly<Record<string, string | undefined>>;
type Service = Pick<AwsJsonClientOptions, 'service' | 'target' | 'protocolVersion'>;

/** Each by the name that SDKs use in `AWS_ENDPOINT_URL_<SERVICE>`. */
const SERVICES = {
  SECRETS_MANAGER: { service: 'secretsmanager', target: 'secretsmanager', protocolVersion: '1.1' },
  EVENTBRIDGE: { service: 'events', target: 'AWSEvents', protocolVersion: '1.1' },
  SQS: { service: 'sqs', target: 'AmazonSQS', protocolVersion: '1.0' },
} as const satisfies Record<string, Service>;

/**
 * The client of a Lambda function: Region, endpoint and credentials as the service sets them.
 *
 * @throws Error when there is no Region: the code does not run in Lambda
 */
export function serviceClient(name: keyof typeof SERVICES, env: Environment): AwsJsonClient {
  const region = env.AWS_REGION;
  if (region === undefined || region === '') throw new Error('environment variable AWS_REGION is missing');
  return new AwsJsonClient({
    ...SERVICES[name],
    region,
    endpoint: env[`AWS_ENDPOINT_URL_${name}`] ?? env.AWS_ENDPOINT_URL,
    // Read at each request: Lambda replaces the session's credentials in long-lived environments.
    credentials: () => ({
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
      sessionToken: env.AWS_SESSION_TOKEN,
    }),
  });
}
