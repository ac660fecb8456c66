import * as http from 'node:http';
import * as https from 'node:https';

/** Hosts that may be asked without TLS: nobody can stand in between. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
/** Key sets have a few kilobytes. */
const MAX_BYTES = 256 * 1024;

/**
 * The JSON document at a URL. Redirects are not followed: keys come from where the seller said.
 *
 * @throws Error when it is not there, not JSON, too large, not secure, or not here before the signal aborts
 */
export async function fetchJson(address: string, signal: AbortSignal): Promise<unknown> {
  const url = new URL(address);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.includes(url.hostname))) {
    throw new Error(`${address} is not an https URL`);
  }
  return JSON.parse(await get(url, signal)) as unknown;
}

function get(url: URL, signal: AbortSignal): Promise<string> {
  const transport = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const request = transport.get(url, { signal, headers: { accept: 'application/json' } }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const fail = (problem: string): void => void request.destroy(new Error(`${url.href} ${problem}`));
      if (response.statusCode !== 200) return fail(`answered ${response.statusCode}`);
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > MAX_BYTES) fail(`is larger than ${MAX_BYTES} bytes`);
      });
      response.on('error', reject);
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    });
    request.on('error', reject);
  });
}
