import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { type Socket } from 'node:net';
import { type Duplex } from 'node:stream';

/** Parser errors of node:http that have a status of their own. */
const STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
};

/**
 * Answers what never becomes a request: broken HTTP, headers past node's own limit, clients that stall. Answered and
 * closed, as the service's front end does; how it words them is not documented.
 */
export function answerBrokenRequests(server: Server): void {
  // Headers must be there in 30 s and the whole request in 60 s; a silent client is not kept.
  server.headersTimeout = 30_000;
  server.requestTimeout = 60_000;
  // A client that has said all it has to say still waits for the answer: node by itself would hang up on it. The property
  // is older than the types.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // In the midst of an answer another one would pass for its body; what node does without a listener.
    if (!socket.writable || error.code === 'ECONNRESET' || isAnswering(socket)) {
      socket.destroy();
      return;
    }
    answer(socket, STATUS[error.code ?? ''] ?? 400);
  });
  // A gateway is no tunnel. Without a listener node closes the connection in silence.
  server.on('connect', (_request, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    answer(socket, 400);
    // The server no longer counts it among its connections: a client that keeps its side open would stop it from closing.
    (socket as Socket).destroySoon();
  });
}

/** @see https://nodejs.org/api/http.html#event-clienterror */
function isAnswering(socket: Socket & { readonly _httpMessage?: ServerResponse | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}

function answer(socket: Duplex, status: number): void {
  const text = STATUS_CODES[status] ?? 'Bad Request';
  const body = JSON.stringify({ message: text });
  socket.end(
    `HTTP/1.1 ${status} ${text}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
