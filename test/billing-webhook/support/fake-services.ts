import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

type Name = 'secretsmanager' | 'AWSEvents' | 'AmazonSQS';

/** Secrets Manager, EventBridge and SQS, as far as the functions use them; each can be down. */
export class FakeServices {
  readonly secrets: Record<string, string> = {};
  readonly published: { readonly DetailType: string; readonly Detail: string; readonly Source: string }[] =
    [];
  readonly queued: string[] = [];
  readonly calls: string[] = [];
  readonly down = new Set<Name>();
  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeServices> {
    const server = createServer();
    const services = new FakeServices(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const [service, operation] = String(request.headers['x-amz-target']).split('.');
        const { status, body } = services.answer(
          service as Name,
          operation!,
          JSON.parse(Buffer.concat(chunks).toString()) as Record<string, any>,
        );
        response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(body));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return services;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  reset(): void {
    this.published.length = 0;
    this.queued.length = 0;
    this.calls.length = 0;
    this.down.clear();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(
    service: Name,
    operation: string,
    input: Record<string, any>,
  ): { status: number; body: object } {
    this.calls.push(`${service}.${operation}`);
    if (this.down.has(service)) return { status: 500, body: { __type: 'InternalServiceError' } };
    switch (`${service}.${operation}`) {
      case 'secretsmanager.GetSecretValue': {
        const SecretString = this.secrets[input.SecretId as string];
        return SecretString === undefined
          ? { status: 400, body: { __type: 'ResourceNotFoundException', message: 'no such secret' } }
          : { status: 200, body: { SecretString } };
      }
      case 'AWSEvents.PutEvents':
        this.published.push(...(input.Entries as (typeof this.published)[number][]));
        return { status: 200, body: { FailedEntryCount: 0, Entries: [] } };
      case 'AmazonSQS.SendMessage':
        this.queued.push(input.MessageBody as string);
        return { status: 200, body: { MessageId: 'message' } };
      default:
        return { status: 400, body: { __type: 'UnknownOperationException' } };
    }
  }
}
