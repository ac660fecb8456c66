import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request on its way to Stripe, or of the answer on its way back. */
export type Trouble =
  | 'none'
  /** Nothing ever comes back. */
  | 'silence'
  /** The connection ends without an answer. */
  | 'hang-up'
  /** It ends in the middle of the answer. */
  | 'half an answer'
  /** A byte now and then, and no end. */
  | 'drip'
  | { readonly status: number };

const DRIP_MS = 20;

/** The way to a Stripe over HTTP, on which things go wrong after Stripe has done what it was asked, or before it. */
export class BadLine {
  trouble: Trouble = 'none';
  /** Stripe gets the request; what is lost is the answer. */
  arrives = true;
  /** Lets so many requests pass first. */
  after = 0;
  private readonly server: Server;
  private readonly drips = new Set<NodeJS.Timeout>();
  /** Stripe repeats a failure of its own to whoever comes with the same key. */
  private readonly failures = new Map<string, number>();

  private constructor(private readonly stripe: string) {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  static async open(stripe: string): Promise<BadLine> {
    const line = new BadLine(stripe);
    line.server.listen(0, '127.0.0.1');
    await once(line.server, 'listening');
    return line;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  breaks(trouble: Trouble, { arrives = true, after = 0 } = {}): void {
    this.mend();
    Object.assign(this, { trouble, arrives, after });
  }

  mend(): void {
    this.trouble = 'none';
    this.server.closeAllConnections();
    for (const drip of this.drips) clearInterval(drip);
    this.drips.clear();
  }

  async close(): Promise<void> {
    this.mend();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const key = headers['idempotency-key'] as string | undefined;
    const trouble = this.after > 0 ? 'none' : this.trouble;
    this.after -= 1;
    const failed = key === undefined ? undefined : this.failures.get(key);
    if (failed !== undefined) return this.refuse(response, failed);
    if (typeof trouble === 'object') {
      if (key !== undefined && trouble.status >= 500) this.failures.set(key, trouble.status);
      return this.refuse(response, trouble.status);
    }
    const pass = async (): Promise<{ status: number; date: string; text: string }> => {
      const answer = await fetch(`${this.stripe}${url}`, {
        method,
        headers: {
          'Content-Type': headers['content-type'] ?? 'application/json',
          ...(key !== undefined && { 'Idempotency-Key': key }),
        },
        ...(method === 'POST' && { body: Buffer.concat(chunks) }),
      });
      return { status: answer.status, date: answer.headers.get('date')!, text: await answer.text() };
    };
    if (trouble !== 'none' && !this.arrives) return this.fail(response, trouble, '');
    const { status, date, text } = await pass();
    if (trouble !== 'none') return this.fail(response, trouble, text);
    response.sendDate = false;
    response.writeHead(status, { 'Content-Type': 'application/json', Date: date }).end(text);
  }

  private refuse(response: ServerResponse, status: number): void {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ error: { type: 'api_error', message: 'no' } }));
  }

  private fail(response: ServerResponse, trouble: Exclude<Trouble, 'none' | object>, text: string): void {
    if (trouble === 'silence') return;
    if (trouble === 'hang-up') return void response.destroy();
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': text.length + 1_000 });
    if (trouble === 'half an answer') {
      response.write(text.slice(0, text.length / 2), () => response.destroy());
      return;
    }
    response.flushHeaders();
    this.drips.add(setInterval(() => response.write(' '), DRIP_MS));
  }
}
