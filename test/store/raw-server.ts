import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** Answers one request on a bare socket, well or badly. */
export type Behaviour = (socket: Socket) => void;

export interface RawRequest {
  readonly head: string;
  readonly body: string;
}

/** A server below HTTP: it can break an answer anywhere. Request n meets behaviour n; the last one repeats. */
export class RawServer {
  readonly requests: RawRequest[] = [];
  connections = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((socket) => this.serve(socket));

  private constructor(private readonly behaviours: readonly Behaviour[]) {}

  static async start(...behaviours: Behaviour[]): Promise<RawServer> {
    const raw = new RawServer(behaviours);
    raw.server.listen(0, '127.0.0.1');
    await once(raw.server, 'listening');
    return raw;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Ends the idle connections, as a load balancer does, and waits until they are gone. */
  async dropConnections(): Promise<void> {
    await Promise.all([...this.sockets].map((socket) => once(socket.end(), 'close')));
  }

  /** Does away with the connections before the client can have noticed. */
  resetConnections(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    this.server.close();
    await once(this.server, 'close');
  }

  private serve(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let received = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      received += chunk;
      const [head = '', body] = received.split('\r\n\r\n');
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
      if (body === undefined || Buffer.byteLength(body) < length) return;
      received = '';
      this.requests.push({ head, body });
      this.behaviours[Math.min(this.requests.length, this.behaviours.length) - 1]!(socket);
    });
  }
}

export function respond(status: number, body: unknown): Behaviour {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const head = `HTTP/1.1 ${status} x\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n`;
  return (socket) => socket.write(head + text);
}
