import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rssMb, stopChild } from './processes';
import { AUTHORIZER_CODE, BACKEND_CODE } from './stack';

/** How tables call it. */
export const RIVAL = 'serverless-offline 14';
/** The framework's own command line asks for an account; its community continuation does not. */
const PACKAGES = ['serverless-offline@14.8.2', 'osls@3.77.1'];
const INSTALL_LIMIT_MS = 180_000;

/** An installation, from which any number of servers can be started, one after the other. */
export interface ServerlessOffline {
  /** @throws when it ends before it answers */
  start(): Promise<RunningServerlessOffline>;
  /** Removes what was installed for this run. */
  discard(): void;
}

export interface RunningServerlessOffline {
  readonly url: string;
  readonly readyMs: number;
  rssMb(): number;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function project(ports: readonly number[]): string {
  const [httpPort, lambdaPort, albPort] = ports;
  return JSON.stringify({
    service: 'bench',
    frameworkVersion: '*',
    provider: { name: 'aws', runtime: 'nodejs20.x' },
    plugins: ['serverless-offline'],
    custom: { 'serverless-offline': { host: '127.0.0.1', httpPort, lambdaPort, albPort } },
    functions: {
      authorize: { handler: 'authorize.handler' },
      hello: {
        handler: 'hello.handler',
        events: [
          {
            http: {
              path: 'hello',
              method: 'get',
              authorizer: {
                name: 'authorize',
                type: 'request',
                resultTtlInSeconds: 0,
                identitySource: 'method.request.header.Authorization',
              },
            },
          },
        ],
      },
    },
  });
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const response = await fetch(url, { headers: { Authorization: 'anybody' } }).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it ended with ${child.exitCode}`);
}

/**
 * Serves the same function behind the same authorizer. Installed into a temporary directory: it is no dependency of
 * ours.
 *
 * @param directory where an earlier run has installed it already
 * @throws when it cannot be installed
 */
export async function installServerlessOffline(directory: string | undefined): Promise<ServerlessOffline> {
  if (directory !== undefined) return { start: () => start(directory), discard: () => undefined };
  const home = mkdtempSync(join(tmpdir(), 'serverless-offline-'));
  const discard = () => rmSync(home, { recursive: true, force: true });
  try {
    writeFileSync(join(home, 'package.json'), '{ "private": true }');
    const options = ['--no-audit', '--no-fund', '--legacy-peer-deps', '--ignore-scripts'];
    await promisify(execFile)('npm', ['install', ...options, ...PACKAGES], {
      cwd: home,
      timeout: INSTALL_LIMIT_MS,
    });
  } catch (error) {
    discard();
    throw error;
  }
  return { start: () => start(home), discard };
}

async function start(home: string): Promise<RunningServerlessOffline> {
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  writeFileSync(join(home, 'serverless.json'), project(ports));
  writeFileSync(join(home, 'hello.js'), BACKEND_CODE);
  writeFileSync(join(home, 'authorize.js'), AUTHORIZER_CODE);
  const started = performance.now();
  const child = spawn(process.execPath, ['node_modules/osls/bin/serverless.js', 'offline', 'start'], {
    cwd: home,
    env: { ...process.env, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${ports[0]}/dev/hello`;
  await answers(url, child);
  return {
    url,
    readyMs: performance.now() - started,
    rssMb: () => rssMb(child),
    stop: () => stopChild(child, () => child.kill('SIGTERM')),
  };
}
