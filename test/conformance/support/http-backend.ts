import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

/**
 * The HTTP backend that the stack's `BackendUrl` points to. `/status?code=N` answers that status, every path answers
 * with what it was sent. Some headers of its answer are among those that the gateway remaps.
 */
export function startHttpBackend(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://backend');
      response.writeHead(Number(url.searchParams.get('code') ?? 200), {
        'Content-Type': 'application/json',
        Server: 'backend/1',
        'X-Backend': 'seen',
        'x-amzn-requestid': 'of-the-backend',
        'WWW-Authenticate': 'Basic',
      });
      response.end(
        JSON.stringify({
          method: request.method,
          path: url.pathname,
          query: Object.fromEntries(
            [...new Set(url.searchParams.keys())].map((k) => [k, url.searchParams.getAll(k)]),
          ),
          headers: request.headers,
          body: Buffer.concat(chunks).toString('utf8'),
          bodyBase64: Buffer.concat(chunks).toString('base64'),
        }),
      );
    });
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      }),
    ),
  );
}
