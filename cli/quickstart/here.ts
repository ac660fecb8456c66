import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CliContext } from '../context';
import { LocalDeployment } from '../deployment/local-deployment';
import { withAccounts } from '../deployment/target';
import { errors } from '../errors';
import { startServing, type Serving } from '../local/serving';
import { failed, succeeded, type CommandResult } from '../message';
import { quickstartMessages } from '../messages/quickstart';
import { servingMessages, type ServedRequest } from '../messages/serving';
import { demoCases } from './cases';
import { runChecks } from './check';
import { demoOf, type Demo } from './demo';
import { readyMessage } from './ready';
import { seed } from './seed';
import { QUICK_START_STACK_NAME } from './stack';
import { NO_VALIDATION, synthesize } from './synthesize';

export interface HereOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Make the calls and stop, instead of serving. */
  readonly check: boolean;
}

interface Running {
  readonly serving: Serving;
  readonly url: string;
  readonly demo: Demo;
  readonly keys: ReadonlyMap<string, string>;
}

/** The demo on this machine: synth, start, seed, then serve until Ctrl-C or make the calls. */
export async function quickstartHere(options: HereOptions, context: CliContext): Promise<CommandResult> {
  const started = performance.now();
  const abort = new AbortController();
  const interrupted = context.interrupted().then(() => abort.abort());
  const outDir = await mkdtemp(join(tmpdir(), 'paywall-'));
  let serving: Serving | undefined;
  try {
    const running = await start(outDir, options, context, abort.signal, (it) => (serving = it));
    if (options.check) return await check(running, started);
    context.output.send(
      readyMessage(running.demo, running.url, running.keys, [
        'Try also, in another terminal of this directory:',
        `  npx paywall accounts show ${running.demo.accounts.paymentFailed.id}`,
        'Press Ctrl-C to stop.',
        '',
      ]),
    );
    await interrupted;
    return succeeded(servingMessages.stopped({}));
  } catch (error) {
    if (abort.signal.aborted) return failed(servingMessages.stopped({}));
    throw error;
  } finally {
    await serving?.close();
    await rm(outDir, { recursive: true, force: true });
  }
}

async function start(
  outDir: string,
  options: HereOptions,
  context: CliContext,
  signal: AbortSignal,
  onServing: (serving: Serving) => void,
): Promise<Running> {
  const step = (name: string, detail: string) =>
    context.output.send(quickstartMessages.step({ step: name, detail }));
  step('bundle', 'the functions and the engine are in dist/');
  step('synth', 'the stack of dist/bin/app.js, as `cdk synth` would');
  await synthesize(outDir, QUICK_START_STACK_NAME, NO_VALIDATION, context, signal);
  step('start', 'API Gateway, Lambda and DynamoDB on this machine');
  const onRequest = (request: ServedRequest) => context.output.send(servingMessages.requestServed(request));
  const serving = await startServing(
    { assembly: outDir, port: options.port, ...(options.check ? {} : { onRequest }) },
    context,
  );
  onServing(serving);
  step('seed', 'demo accounts and their keys');
  return await withAccounts(new LocalDeployment(serving.engine), undefined, context.now, async (accounts) => {
    const demo = demoOf(accounts.catalogue);
    const keys = await seed(demo, accounts, accounts.now());
    const url = serving.ready.apis[0]?.url;
    if (url === undefined) throw errors.outputMissing(QUICK_START_STACK_NAME, 'API');
    return { serving, url, demo, keys };
  });
}

async function check({ demo, url, keys }: Running, started: number): Promise<CommandResult> {
  const rows = await runChecks(demoCases(demo), url, keys);
  const passed = rows.every((row) => row.passed);
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const message = quickstartMessages.checked({ rows, passed, seconds });
  return passed ? succeeded(message) : failed(message);
}
