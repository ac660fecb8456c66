#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import colors from 'picocolors';
import { PLAIN } from '../cli/message';
import { run } from '../cli/program';
import { JsonOutput, TextOutput } from '../cli/terminal';

/** `dist/bin` of a clone and of an installed package alike. */
const PACKAGE_ROOT = join(__dirname, '..', '..');
/** `npm run` passes a Ctrl-C on that the terminal has sent to us already; only a later one is meant as a second. */
const SECOND_SIGNAL_MS = 1_000;

const streams = {
  out: (line: string) => void process.stdout.write(`${line}\n`),
  err: (line: string) => void process.stderr.write(`${line}\n`),
};

/** picocolors takes a bare `CI=true` for a terminal; in a pipe, what reads us there is a program. */
const coloured = colors.isColorSupported && (process.stdout.isTTY || process.env.FORCE_COLOR !== undefined);

/** Resolves when the user, the system or a closed pipe asks to stop; a second signal ends the process at once. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const stop = () => {
      first ??= performance.now();
      if (performance.now() - first > SECOND_SIGNAL_MS) process.exit(130);
      resolve();
    };
    // SIGHUP: the terminal was closed.
    process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
    process.stdout.on('error', stop);
  });
}

/** Ctrl-C or Ctrl-D at the question is a no. */
async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<undefined>((resolve) => terminal.once('close', () => resolve(undefined)));
  const answer = await Promise.race([terminal.question(`${question} [y/N] `), closed]);
  terminal.close();
  if (answer === undefined) streams.err('');
  return answer !== undefined && /^y(es)?$/i.test(answer.trim());
}

async function main(argv: readonly string[]): Promise<number> {
  const { version } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  const json = argv.includes('--json');
  const atTerminal = process.stdin.isTTY && process.stderr.isTTY;
  return await run(argv, version, {
    output: json ? new JsonOutput(streams) : new TextOutput(streams, coloured ? colors : PLAIN),
    cwd: process.cwd(),
    env: process.env,
    packageRoot: PACKAGE_ROOT,
    now: Date.now,
    interrupted,
    ...(atTerminal ? { ask } : {}),
  });
}

// This package supports Node 20 itself; which Node the AWS SDK will want later is no news for whoever runs it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// Functions run in UTC on Lambda, and a thread has no time zone of its own.
process.env.TZ = 'UTC';

main(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
