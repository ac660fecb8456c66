import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SqsAccountQueue, type AccountQueue } from '../../lambda/provisioner/account-queue';
import { ApiGateway } from '../../lambda/provisioner/api-gateway';
import type { UsageKeyGateway } from '../../lambda/provisioner/usage-key-gateway';
import type { ProvisionerFunction, ProvisionerService } from '../deployment/provisioner-function';

/** Attempts at one call: deployments and the provisioner share the few calls per second that API Gateway takes. */
const MAX_ATTEMPTS = 8;

/** Lends the provisioner's queue for the length of `work`. */
export async function withAccountQueue<T>(
  provisioner: ProvisionerFunction,
  queueUrl: string,
  work: (queue: AccountQueue) => Promise<T>,
): Promise<T> {
  const client = new SQSClient(configOf(provisioner, 'sqs'));
  try {
    return await work(new SqsAccountQueue(client, queueUrl));
  } finally {
    client.destroy();
  }
}

/** Lends API Gateway's control plane for the length of `work`. */
export async function withApiGateway<T>(
  provisioner: ProvisionerFunction,
  work: (gateway: UsageKeyGateway) => Promise<T>,
): Promise<T> {
  const client = new APIGatewayClient({ ...configOf(provisioner, 'api_gateway'), maxAttempts: MAX_ATTEMPTS });
  try {
    return await work(new ApiGateway(client));
  } finally {
    client.destroy();
  }
}

function configOf(provisioner: ProvisionerFunction, service: ProvisionerService) {
  const endpoint = provisioner.endpoint(service);
  return {
    region: provisioner.region,
    credentials: () => provisioner.credentials(),
    ...(endpoint !== undefined && { endpoint }),
  };
}
