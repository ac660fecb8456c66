import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { hasJudge } from './judges';

/** Account that moto answers for. */
export const MOTO_ACCOUNT = '123456789012';
export const MOTO_REGION = 'eu-west-1';

/** A moto server on loopback: an independent imitation of the AWS services. */
export interface Moto {
  readonly url: string;
  /** Environment that points AWS SDKs and the CDK at it. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Whether Python and moto are here. */
export function motoIsHere(): boolean {
  return hasJudge('moto', () => {
    const { status } = spawnSync('python3', ['-c', 'import moto.server'], { stdio: 'ignore' });
    return status === 0 ? undefined : "Python's moto[all,server] is not installed";
  });
}

export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = join(__dirname, 'moto_server.py');
  const child = spawn('python3', ['-W', 'ignore', server, '-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
  });
  await answering(`${url}/moto-api/`, child);
  return {
    url,
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
      AWS_REGION: MOTO_REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    close: () =>
      new Promise((resolve) => {
        child.once('close', () => resolve());
        child.kill();
      }),
  };
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`moto ended with exit code ${child.exitCode}`);
    try {
      await fetch(url);
      return;
    } catch {
      // Not listening yet.
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
