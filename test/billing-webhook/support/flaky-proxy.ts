import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** When a call is cut off: before the service hears of it, or after it has done what it was asked to. */
export type Moment = 'before' | 'after';

/**
 * Stands before a service and cuts off one call of a kind that can be counted: what the function sees is a lost
 * connection, and what the service has done by then is what it would be if the function died there.
 */
export class FlakyProxy {
  private constructor(
    private readonly server: Server,
    private readonly target: string,
    private readonly cutter: Cutter,
  ) {}

  static async before(target: string, cutter: Cutter): Promise<FlakyProxy> {
    const server = createServer();
    const proxy = new FlakyProxy(server, target, cutter);
    server.on('request', (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const cut = proxy.cutter.next(
          String(incoming.headers['x-amz-target'] ?? incoming.url!.replace(/[?].*|_[^/]*$/, '')),
        );
        if (cut === 'before') return void incoming.socket.destroy();
        if (cut === 'never') return void outgoing.writeHead(500, NOT_AGAIN).end('{}');
        const url = new URL(incoming.url!, proxy.target);
        const forwarded = request(url, { method: incoming.method, headers: incoming.headers }, (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('end', () => {
            if (cut === 'after') return void incoming.socket.destroy();
            outgoing.writeHead(answer.statusCode!, answer.headers);
            outgoing.end(Buffer.concat(parts));
          });
        });
        forwarded.on('error', () => incoming.socket.destroy());
        forwarded.end(Buffer.concat(chunks));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** The dead ask nothing: an answer after which Stripe's library does not wait to ask again. */
const NOT_AGAIN = { 'Stripe-Should-Retry': 'false' };

/** What a call that is cut off stands for: a lost connection, or the death of the function, which calls no more. */
export type Cut = 'lost' | 'dead';

/** Counts calls over all services that share it, and says which one is cut off. */
export class Cutter {
  calls = 0;
  /** What the calls were about. */
  readonly log: string[] = [];
  private at = 0;
  private moment: Moment = 'before';
  private cut: Cut = 'dead';

  /** @param at number of the call, from 1; 0: none */
  arm(at: number, moment: Moment, cut: Cut): void {
    Object.assign(this, { calls: 0, at, moment, cut });
    this.log.length = 0;
  }

  next(what: string): Moment | 'never' | undefined {
    this.calls += 1;
    this.log.push(what);
    if (this.at === 0 || this.calls < this.at) return undefined;
    if (this.calls === this.at) return this.moment;
    return this.cut === 'dead' ? 'never' : undefined;
  }
}
