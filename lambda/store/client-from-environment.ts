import { DynamoDbClient } from './dynamodb-client';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The client of a Lambda function: Region, endpoint and credentials as the service sets them.
 *
 * @throws Error when there is no Region: the code does not run in Lambda
 */
export function clientFromEnvironment(env: Environment): DynamoDbClient {
  const region = env.AWS_REGION;
  if (region === undefined || region === '') throw new Error('environment variable AWS_REGION is missing');
  return new DynamoDbClient({
    region,
    endpoint: env.AWS_ENDPOINT_URL_DYNAMODB ?? env.AWS_ENDPOINT_URL,
    // Read at each request: Lambda replaces the session's credentials in long-lived environments.
    credentials: () => ({
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
      sessionToken: env.AWS_SESSION_TOKEN,
    }),
  });
}
