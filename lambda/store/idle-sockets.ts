import type { Agent } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Longest that a socket may have been idle, milliseconds. The SDK for Java trusts one for 60 s.
 *
 * @see https://github.com/aws/aws-sdk-java-v2/blob/master/http-client-spi/src/main/java/software/amazon/awssdk/http/SdkHttpConfigurationOption.java
 */
export const IDLE_LIMIT_MS = 20_000;

/**
 * Ends the sockets of an agent that have been idle for too long, by wall clock and before they are used again.
 *
 * Lambda freezes an environment between events, and the other side closes a connection meanwhile. Neither a timer nor
 * the close itself is noticed before the next event has sent its request into it.
 */
export class IdleSockets {
  private readonly usedAt = new WeakMap<Socket, number>();

  constructor(private readonly agent: Agent) {}

  used(socket: Socket): void {
    this.usedAt.set(socket, Date.now());
  }

  end(): void {
    const since = Date.now() - IDLE_LIMIT_MS;
    for (const sockets of Object.values(this.agent.freeSockets)) {
      for (const socket of sockets ?? []) if ((this.usedAt.get(socket) ?? 0) < since) socket.destroy();
    }
  }
}
