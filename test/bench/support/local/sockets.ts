import { connect, type Socket } from 'node:net';
import { percentile } from '../report';
import type { LoadResult, Target } from './load';

interface Tally {
  readonly latencies: number[];
  failed: number;
}

const HEAD_END = '\r\n\r\n';
const LENGTH = /content-length: *(\d+)/i;

function requestText({ url, authorization }: Target): string {
  const { host, pathname } = new URL(url);
  const credential = authorization === undefined ? '' : `Authorization: ${authorization}\r\n`;
  return `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n${credential}\r\n`;
}

/**
 * One keep-alive connection that asks again as soon as it has its answer. A raw socket, since a client library on the
 * same processors would be most of what is measured.
 */
class Connection {
  private readonly socket: Socket;
  private received = '';
  private sentAt = 0;
  private finish: () => void = () => undefined;

  constructor(
    target: Target,
    private readonly request: string,
    private readonly tally: Tally,
    private readonly endsAt: number,
  ) {
    const { hostname, port } = new URL(target.url);
    this.socket = connect({ host: hostname, port: Number(port), noDelay: true });
  }

  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.finish = resolve;
      this.socket.once('connect', () => this.ask());
      this.socket.on('data', (chunk) => this.receive(chunk.toString('latin1')));
      this.socket.once('error', reject);
      this.socket.once('close', () => reject(new Error('the server hung up')));
    });
  }

  private ask(): void {
    this.sentAt = performance.now();
    this.socket.write(this.request);
  }

  private receive(text: string): void {
    this.received += text;
    const headEnd = this.received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.received.slice(0, headEnd);
    const length = Number(LENGTH.exec(head)?.[1] ?? 0);
    if (this.received.length < headEnd + HEAD_END.length + length) return;
    this.received = '';
    const now = performance.now();
    this.tally.latencies.push(now - this.sentAt);
    if (!head.startsWith('HTTP/1.1 2')) this.tally.failed += 1;
    if (now < this.endsAt) return this.ask();
    this.finish();
    this.socket.destroy();
  }
}

/** Load from this process: what there is without `wrk`. It needs a processor of its own, as the servers do. */
export async function loadFromSockets(
  target: Target,
  seconds: number,
  connections: number,
): Promise<LoadResult> {
  const tally: Tally = { latencies: [], failed: 0 };
  const request = requestText(target);
  const started = performance.now();
  const endsAt = started + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, () => new Connection(target, request, tally, endsAt).run()),
  );
  const elapsed = (performance.now() - started) / 1000;
  return {
    perSecond: tally.latencies.length / elapsed,
    p50: percentile(tally.latencies, 0.5),
    p99: percentile(tally.latencies, 0.99),
    failed: tally.failed,
  };
}
