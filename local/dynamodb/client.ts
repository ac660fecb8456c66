import { sign } from 'aws4';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { DUMMY_CREDENTIALS } from '../credentials';
import { EngineError, messageOf } from '../engine-error';

/** Ample for the largest of the calls, a page of a scan. */
const TIMEOUT_MS = 30_000;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** An error that DynamoDB itself reported. */
export class DynamoDbError extends Error {
  constructor(
    /** For example `ResourceInUseException`. */
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

function send(endpoint: URL, region: string, operation: string, input: object): Promise<Answer> {
  const request = endpoint.protocol === 'https:' ? httpsRequest : httpRequest;
  const options = sign(
    {
      service: 'dynamodb',
      region,
      method: 'POST',
      host: endpoint.host,
      path: '/',
      headers: {
        'Content-Type': 'application/x-amz-json-1.0',
        'X-Amz-Target': `DynamoDB_20120810.${operation}`,
      },
      body: JSON.stringify(input),
    },
    {
      accessKeyId: DUMMY_CREDENTIALS.AWS_ACCESS_KEY_ID,
      secretAccessKey: DUMMY_CREDENTIALS.AWS_SECRET_ACCESS_KEY,
      sessionToken: DUMMY_CREDENTIALS.AWS_SESSION_TOKEN,
    },
  );
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        hostname: endpoint.hostname,
        port: endpoint.port,
        path: '/',
        method: 'POST',
        headers: options.headers as never,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          try {
            const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Answer['body'];
            resolve({ status: response.statusCode ?? 0, body });
          } catch (error) {
            reject(error as Error);
          }
        });
      },
    );
    const timer = setTimeout(() => {
      sent.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`));
    }, TIMEOUT_MS);
    sent.on('error', reject);
    sent.on('close', () => clearTimeout(timer));
    sent.end(options.body);
  });
}

/**
 * One call to a DynamoDB that takes any credentials.
 *
 * @throws EngineError DynamoDbUnreachable when nothing answers there
 * @throws DynamoDbError when it refuses
 */
export async function callDynamoDb(
  endpoint: string,
  region: string,
  operation: string,
  input: object,
): Promise<Record<string, unknown>> {
  const answer = await send(new URL(endpoint), region, operation, input).catch((cause: unknown) => {
    throw new EngineError('DynamoDbUnreachable', `no DynamoDB answers at ${endpoint}: ${messageOf(cause)}`, {
      cause,
    });
  });
  if (answer.status === 200) return answer.body;
  const { __type: type, message, Message } = answer.body;
  throw new DynamoDbError(String(type).split('#').at(-1)!, String(message ?? Message ?? answer.status));
}
