import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '..', '..');

/** What a user's machine has of its own; nothing of the repository's or of an outer npm. */
export const USER_ENV = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_NO_WARNINGS: '1' };

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

export const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

/** The oldest version of every peer that package.json promises to work with, for `npm install`. */
export const oldestPeers = Object.entries(manifest.peerDependencies).map(([name, range]) => {
  const oldest = /^\^(\d+\.\d+\.\d+)$/.exec(range)?.[1];
  if (oldest === undefined) throw new Error(`the range of ${name} must be ^x.y.z, got ${range}`);
  return `${name}@${oldest}`;
});

/** Runs a program and returns what it printed to stdout. */
export async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    const options = { cwd, env: USER_ENV, maxBuffer: 1 << 26 };
    return (await promisify(execFile)(program, args, options)).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/**
 * Packs a copy of the work tree, as packing cleans `dist/`, which other tests use at the same time.
 *
 * @returns path of the tarball
 */
export async function packCopy(folder: string): Promise<string> {
  const listed = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], ROOT);
  const files = listed.split('\0').filter((name) => name !== '' && !name.startsWith('test/'));
  // A file that was deleted and not committed is still listed.
  for (const file of files.filter((name) => existsSync(join(ROOT, name)))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await run('npm', ['pack', '--loglevel', 'error'], folder);
  return join(folder, `${manifest.name}-${manifest.version}.tgz`);
}
