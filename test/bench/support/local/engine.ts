import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { LocalDeployment } from '../../../../cli/deployment/local-deployment';
import type { RunningEngine } from '../../../../cli/deployment/discovery';
import { withAccounts } from '../../../../cli/deployment/target';
import { UNLIMITED_ACCESS } from '../../../../lib/domain/access';
import { startProcess, stopChild, type Served } from './processes';
import { PLAN, TRIVIAL_API } from './stack';
import type { Target } from './load';

type Announcement = Pick<RunningEngine, 'endpoints' | 'functions'> & {
  readonly apis: readonly (RunningEngine['apis'][number] & { readonly name: string })[];
};

/** The bench stack, served, with an account that can pay for everything. */
export interface BenchEngine {
  readonly mock: Target;
  readonly trivial: Target;
  readonly paid: Target;
  readonly process: Served<Announcement>;
}

/** @param options `watch`: the engine follows what becomes of the assembly */
export async function startBenchEngine(
  assembly: string,
  ...options: readonly 'watch'[]
): Promise<BenchEngine> {
  const process = await startProcess<Announcement>('engine-process', assembly, ...options);
  const { apis } = process.announced;
  const urlOf = (trivial: boolean) => apis.find(({ name }) => (name === TRIVIAL_API) === trivial)!.url;
  const announced = { ...process.announced, version: 2 as const, pid: 0, routes: [], clockOffsetMs: 0 };
  const key = await createAccount(announced);
  const authorization = `Bearer ${key}`;
  return {
    mock: { url: `${urlOf(false)}status` },
    trivial: { url: `${urlOf(true)}hello`, authorization: 'anybody' },
    paid: { url: `${urlOf(false)}hello`, authorization },
    process,
  };
}

async function createAccount(engine: RunningEngine): Promise<string> {
  return await withAccounts(new LocalDeployment(engine), undefined, Date.now, async (accounts) => {
    const { admin, catalogue } = accounts;
    await admin.createAccount({ accountId: 'bench', plan: PLAN, access: UNLIMITED_ACCESS });
    const request = { prefix: catalogue.keyPrefix, label: 'bench', scopes: [], createdBy: 'bench' };
    return (await admin.createKey('bench', request)).key;
  });
}

/** Time that `paywall local` takes to its first line, in milliseconds. */
export async function timeToReady(assembly: string, cwd: string): Promise<number> {
  const started = performance.now();
  const cli = join(process.cwd(), 'dist/bin/paywall.js');
  const child = spawn(process.execPath, [cli, 'local', assembly, '--json'], { cwd, stdio: 'pipe' });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`paywall local ended with ${code}`)));
  });
  const ready = performance.now() - started;
  await stopChild(child, () => child.kill('SIGTERM'));
  return ready;
}
