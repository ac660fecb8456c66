import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';

/** Where functions find the AWS services that the engine does not imitate. */
export interface RefusedServices {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Which service and operation a signed request is for, as far as its headers tell. */
function nameOf({ headers, method, url }: IncomingMessage): string {
  const [, service = 'this service'] = /\/([^/]+)\/aws4_request/.exec(headers.authorization ?? '') ?? [];
  const target = headers['x-amz-target'];
  return `${service} (${typeof target === 'string' ? target : `${method} ${url}`})`;
}

function escapeXml(text: string): string {
  return text.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * Answers every call to an AWS service with an error that says why. Without it, a function that calls a service which
 * is not imitated would send its data, under dummy credentials, to AWS itself.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export async function startRefusedServices(): Promise<RefusedServices> {
  const code = 'NotImitatedLocally';
  const server = createServer((request, response) => {
    const message = `the local engine does not imitate ${nameOf(request)}`;
    const isJson = 'x-amz-target' in request.headers || /json/.test(request.headers['content-type'] ?? '');
    // Not 500, 502, 503 or 504, which clients would try again.
    response.writeHead(501, {
      'Content-Type': isJson ? 'application/json' : 'application/xml',
      'x-amzn-ErrorType': code,
    });
    const xml = () =>
      `<ErrorResponse><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error></ErrorResponse>`;
    request
      .resume()
      .once('end', () => response.end(isJson ? JSON.stringify({ __type: code, message }) : xml()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
