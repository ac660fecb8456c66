import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BenchEngine, startBenchEngine, timeToReady } from './support/local/engine';
import { GENERATOR, load, type LoadResult, type Target } from './support/local/load';
import { buildProcesses, startProcess } from './support/local/processes';
import { timeToReload } from './support/local/reload';
import { installServerlessOffline, RIVAL, type ServerlessOffline } from './support/local/serverless-offline';
import { soak } from './support/local/soak';
import { synthesizeBench } from './support/local/stack';
import { percentile, printTable } from './support/report';

/**
 * How fast the local engine is: beside a bare `node:http` server and serverless-offline, on one machine, in one run,
 * turn by turn.
 *
 *   npm run bench -- local                              the table
 *   npm run bench -- local --reload                     only how long a reload takes
 *   npm run bench -- local --soak 60                    memory over 60 seconds of load
 *   npm run bench -- local --idle                       wait a minute more for the memory of an idle engine
 *   npm run bench -- local --serverless-offline <dir>   a directory where it is installed
 */

const CONNECTIONS = 16;
const ROUNDS = 3;
/** As tests meet a server: it has been started for them, and they are over before it is warm. */
const FIRST_SECONDS = 3;
/** The compilers of both, ours and theirs, are done by then. */
const WARM_UP_SECONDS = 10;
/** Environments are reaped after a minute; the reaper comes by every quarter of it. */
const IDLE_MS = 80_000;

interface Running {
  readonly target: Target;
  readonly readyMs: number;
  rssMb(): number;
  stop(): Promise<void>;
}

interface Contender {
  readonly name: string;
  start(): Promise<Running>;
}

interface Measured {
  readonly first: LoadResult[];
  readonly warm: LoadResult[];
  readyMs: number;
  rssMb: number;
}

type Route = 'mock' | 'trivial' | 'paid';

async function optionalRival(directory: string | undefined): Promise<ServerlessOffline | undefined> {
  try {
    return await installServerlessOffline(directory);
  } catch (error) {
    console.log(`serverless-offline is skipped: ${(error as Error).message.split('\n')[0]}\n`);
    return undefined;
  }
}

function contendersOf(assembly: string, rival: ServerlessOffline | undefined): Contender[] {
  const engine = async (route: Route): Promise<Running> => {
    const { process, ...targets } = await startBenchEngine(assembly);
    return { ...process, target: targets[route] };
  };
  const bare = async (): Promise<Running> => {
    const served = await startProcess<number>('bare-process');
    return { ...served, target: { url: `http://127.0.0.1:${served.announced}/` } };
  };
  const offline = async (installed: ServerlessOffline): Promise<Running> => {
    const running = await installed.start();
    return { ...running, target: { url: running.url, authorization: 'anybody' } };
  };
  return [
    { name: 'bare node:http', start: bare },
    { name: 'engine: MOCK', start: () => engine('mock') },
    { name: 'engine: trivial authorizer, Lambda', start: () => engine('trivial') },
    { name: 'engine: SubscriptionAuthorizer, Lambda', start: () => engine('paid') },
    ...(rival ? [{ name: `${RIVAL}: trivial authorizer, Lambda`, start: () => offline(rival) }] : []),
  ];
}

/** A server of its own for each round, and nothing but its first seconds. */
async function measureFirstSeconds(contenders: ReadonlyMap<Contender, Measured>): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [contender, measured] of contenders) {
      const running = await contender.start();
      measured.first.push(await load(running.target, FIRST_SECONDS, CONNECTIONS));
      measured.readyMs = running.readyMs;
      await running.stop();
    }
  }
}

async function measureWarm(contenders: ReadonlyMap<Contender, Measured>, seconds: number): Promise<void> {
  const running = new Map<Measured, Running>();
  try {
    for (const [contender, measured] of contenders) {
      const server = await contender.start();
      running.set(measured, server);
      await load(server.target, WARM_UP_SECONDS, CONNECTIONS);
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [measured, server] of running) {
        measured.warm.push(await load(server.target, seconds, CONNECTIONS));
        measured.rssMb = server.rssMb();
      }
    }
  } finally {
    await Promise.all([...running.values()].map((server) => server.stop()));
  }
}

async function measure(contenders: readonly Contender[], seconds: number): Promise<string[][]> {
  const results = new Map<Contender, Measured>(
    contenders.map((contender) => [contender, { first: [], warm: [], readyMs: 0, rssMb: 0 }]),
  );
  await measureFirstSeconds(results);
  await measureWarm(results, seconds);
  const median = (of: readonly LoadResult[], value: (result: LoadResult) => number): number =>
    percentile(of.map(value), 0.5);
  const rate = (of: readonly LoadResult[]): number => median(of, ({ perSecond }) => perSecond);
  const bare = results.get(contenders[0]!)!;
  const rival = [...results].find(([{ name }]) => name.startsWith(RIVAL))?.[1];
  const times = (mine: readonly LoadResult[], theirs: readonly LoadResult[] | undefined) =>
    theirs ? (rate(mine) / rate(theirs)).toFixed(1) : '-';
  return [...results].map(([{ name }, { first, warm, readyMs, rssMb }]) => [
    name,
    rate(first).toFixed(0),
    times(first, rival?.first),
    rate(warm).toFixed(0),
    times(warm, rival?.warm),
    (rate(warm) / rate(bare.warm)).toFixed(2),
    median(warm, ({ p50 }) => p50).toFixed(1),
    median(warm, ({ p99 }) => p99).toFixed(1),
    readyMs.toFixed(0),
    rssMb.toFixed(0),
    String([...first, ...warm].reduce((sum, { failed }) => sum + failed, 0)),
  ]);
}

async function reloadLine(assembly: string): Promise<string> {
  const { median, worst } = await timeToReload(assembly);
  return `New code answers ${median.toFixed(0)} ms after the end of a synth (median; worst ${worst.toFixed(0)} ms).\n`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      soak: { type: 'string' },
      seconds: { type: 'string', default: '3' },
      idle: { type: 'boolean', default: false },
      reload: { type: 'boolean', default: false },
      'serverless-offline': { type: 'string' },
    },
  });
  const directory = mkdtempSync(join(tmpdir(), 'paywall-bench-'));
  const assembly = join(directory, 'cdk.out');
  synthesizeBench(assembly);
  await buildProcesses('bare-process', 'engine-process');
  console.log(await reloadLine(join(directory, 'reload')));
  if (values.reload) return rmSync(directory, { recursive: true, force: true });
  try {
    if (values.soak !== undefined)
      return await withEngine(assembly, (engine) => soak(engine, Number(values.soak)));

    const ready = await timeToReady(assembly, directory);
    const rival = await optionalRival(values['serverless-offline']);
    const rows = await measure(contendersOf(assembly, rival), Number(values.seconds)).finally(() =>
      rival?.discard(),
    );
    console.log(
      `${CONNECTIONS} connections from ${GENERATOR}, medians of ${ROUNDS} rounds: in the first ${FIRST_SECONDS} s of a server,\n` +
        `and ${values.seconds} s once it is warm; times in milliseconds, memory in MB:\n`,
    );
    const rates = ['first/s', 'x offline', 'warm/s', 'x offline', 'of bare'];
    printTable(['server', ...rates, 'p50', 'p99', 'ready', 'RSS', 'not 2xx'], rows);
    console.log(`\n\`paywall local\` is ready ${ready.toFixed(0)} ms after its start.`);
    if (values.idle) await withEngine(assembly, idle);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function withEngine(assembly: string, use: (engine: BenchEngine) => Promise<void>): Promise<void> {
  const engine = await startBenchEngine(assembly);
  try {
    await use(engine);
  } finally {
    await engine.process.stop();
  }
}

async function idle({ paid, process }: BenchEngine): Promise<void> {
  await load(paid, WARM_UP_SECONDS, CONNECTIONS);
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  console.log(`Once idle environments are reaped the engine holds ${process.rssMb().toFixed(0)} MB.`);
}

void main();
