import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

type Name = 'secretsmanager' | 'AWSEvents' | 'AmazonSQS';

/** Secrets Manager, EventBridge and SQS, as far as the functions use them; each can be down. */
export class FakeServices {
  readonly secrets: Record<string, string> = {};
  /** Values that were overwritten last. */
  readonly previous: Record<string, string> = {};
  previousIsAway = false;
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
    this.previousIsAway = false;
    for (const id of Object.keys(this.previous)) delete this.previous[id];
  }

  /** Stores a new value in the same secret, as Secrets Manager does: the one before keeps a label. */
  overwrite(id: string, value: string): void {
    this.previous[id] = this.secrets[id]!;
    this.secrets[id] = value;
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
        const before = input.VersionStage === 'AWSPREVIOUS';
        if (before && this.previousIsAway) return { status: 500, body: { __type: 'InternalServiceError' } };
        const versions = before ? this.previous : this.secrets;
        const SecretString = versions[input.SecretId as string];
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
