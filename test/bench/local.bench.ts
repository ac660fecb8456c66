import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBenchEngine, timeToReady } from './support/local/engine';
import { GENERATOR, load, type LoadResult, type Target } from './support/local/load';
import { buildProcesses, startProcess } from './support/local/processes';
import { timeToReload } from './support/local/reload';
import { startServerlessOffline, type ServerlessOffline } from './support/local/serverless-offline';
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
const WARM_UP_SECONDS = 2;
/** Environments are reaped after a minute; the reaper comes by every quarter of it. */
const IDLE_MS = 80_000;

interface Contender {
  readonly name: string;
  readonly target: Target;
  readonly readyMs?: number;
  rssMb(): number;
}

async function optionalRival(directory: string | undefined): Promise<ServerlessOffline | undefined> {
  try {
    return await startServerlessOffline(directory);
  } catch (error) {
    console.log(`serverless-offline is skipped: ${(error as Error).message.split('\n')[0]}\n`);
    return undefined;
  }
}

async function measure(contenders: readonly Contender[], seconds: number): Promise<string[][]> {
  const results = new Map<Contender, LoadResult[]>(contenders.map((contender) => [contender, []]));
  const rss = new Map<Contender, number>();
  for (const { target } of contenders) await load(target, WARM_UP_SECONDS, CONNECTIONS);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const contender of contenders) {
      results.get(contender)!.push(await load(contender.target, seconds, CONNECTIONS));
      rss.set(contender, contender.rssMb());
    }
  }
  const median = (contender: Contender, value: (result: LoadResult) => number): number =>
    percentile(results.get(contender)!.map(value), 0.5);
  const rate = (contender: Contender): number => median(contender, ({ perSecond }) => perSecond);
  const bare = rate(contenders[0]!);
  const rival = contenders.find(({ name }) => name.startsWith('serverless-offline'));
  return contenders.map((contender) => [
    contender.name,
    rate(contender).toFixed(0),
    (rate(contender) / bare).toFixed(2),
    rival ? (rate(contender) / rate(rival)).toFixed(1) : '-',
    median(contender, ({ p50 }) => p50).toFixed(1),
    median(contender, ({ p99 }) => p99).toFixed(1),
    contender.readyMs === undefined ? '' : contender.readyMs.toFixed(0),
    rss.get(contender)!.toFixed(0),
    String(results.get(contender)!.reduce((sum, { failed }) => sum + failed, 0)),
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
  const engine = await startBenchEngine(assembly);
  try {
    if (values.soak !== undefined) return await soak(engine, Number(values.soak));

    const ready = await timeToReady(assembly, directory);
    const bare = await startProcess<number>('bare-process');
    const rival = await optionalRival(values['serverless-offline']);
    const rssMb = () => engine.process.rssMb();
    const contenders: Contender[] = [
      { ...bare, name: 'bare node:http', target: { url: `http://127.0.0.1:${bare.announced}/` } },
      { name: 'engine: MOCK', target: engine.mock, rssMb },
      { name: 'engine: trivial authorizer, Lambda', target: engine.trivial, rssMb },
      {
        name: 'engine: SubscriptionAuthorizer, Lambda',
        target: engine.paid,
        rssMb,
        readyMs: engine.process.readyMs,
      },
    ];
    if (rival) {
      const target = { url: rival.url, authorization: 'anybody' };
      contenders.push({ ...rival, name: 'serverless-offline 14: trivial authorizer, Lambda', target });
    }
    const rows = await measure(contenders, Number(values.seconds));
    await Promise.all([bare.stop(), rival?.stop()]);
    console.log(
      `${CONNECTIONS} connections from ${GENERATOR}, median of ${ROUNDS} rounds of ${values.seconds} s; times in milliseconds, memory in MB:\n`,
    );
    const header = ['server', 'requests/s', 'of bare', 'x offline', 'p50', 'p99', 'ready', 'RSS', 'not 2xx'];
    printTable(header, rows);
    console.log(`\n\`paywall local\` is ready ${ready.toFixed(0)} ms after its start.`);
    if (values.idle) {
      await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
      console.log(`Once idle environments are reaped the engine holds ${rssMb().toFixed(0)} MB.`);
    }
  } finally {
    await engine.process.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

void main();
