import { type Socket } from 'node:net';
import { ClientHeaders, type Hop } from './request-headers';

/** A client's connection. What follows from the headers of a request is kept, as the next one has the same mostly. */
export class Connection implements Hop {
  readonly remoteAddress: string;
  readonly localPort: number;
  private last: ClientHeaders | undefined;

  constructor({ remoteAddress = '', localPort = 0 }: Partial<Pick<Socket, 'remoteAddress' | 'localPort'>>) {
    // An IPv4 address as such, also when the socket is one of IPv6.
    this.remoteAddress = remoteAddress.replace(/^::ffff:/, '');
    this.localPort = localPort;
  }

  /** @param raw names and values alternating, as `IncomingMessage.rawHeaders` has them */
  headersOf(raw: readonly string[]): ClientHeaders {
    return this.last?.areOf(raw) ? this.last : (this.last = new ClientHeaders(raw, this));
  }
}
