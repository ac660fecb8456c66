import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { blocksOf, ROOT, shellLines, wordsOf } from './markdown';
import { moduleOf, runModule } from './typescript-snippet';

/** The README's section on running locally, done: its app is synthesized, served and called. */

const PAYWALL = join(ROOT, 'dist', 'bin', 'paywall.js');
/** What the README says; any free port is used in its place. */
const PORT = '4000';

const lines = (section: string): string[] =>
  shellLines('README.md').flatMap((entry) => (entry.section === section ? [entry.line] : []));

let cwd: string;
let engine: ChildProcess | undefined;
let url: string;

jest.setTimeout(180_000);

beforeAll(async () => {
  if (!existsSync(PAYWALL)) throw new Error(`${PAYWALL} is missing: run \`npm run build\``);
  cwd = mkdtempSync(join(tmpdir(), 'paywall-readme-'));
  const snippet = blocksOf('README.md').find(
    ({ section, language }) => section === 'A new API' && language === 'ts',
  )!;
  const assembly = join(cwd, 'cdk.out');
  process.env.CDK_OUTDIR = assembly;
  try {
    runModule(moduleOf(snippet)).app!.synth();
  } finally {
    delete process.env.CDK_OUTDIR;
  }
  const [serve] = lines('Running locally').filter((line) => line.includes('paywall local'));
  const args = wordsOf(serve!).slice(2);
  engine = start([...args.filter((word) => word !== '--port' && word !== PORT), '--json']);
  const complaint = read(engine.stderr!);
  const ready = once(createInterface({ input: engine.stdout! }), 'line') as Promise<[string]>;
  const ended = once(engine, 'close').then(() => {
    throw new Error(`the engine has ended: ${complaint()}`);
  });
  const [first] = await Promise.race([ready, ended]);
  url = (JSON.parse(first) as { apis: { url: string }[] }).apis[0]!.url;
});

afterAll(async () => {
  if (engine?.exitCode === null) {
    engine.kill('SIGTERM');
    await once(engine, 'exit');
  }
  rmSync(cwd, { recursive: true, force: true });
});

function start(args: readonly string[]): ChildProcess {
  // Where Jest's own output has colours, it forces them on whatever its workers start.
  const env = { ...process.env, CI: 'true', FORCE_COLOR: undefined };
  return spawn(process.execPath, [PAYWALL, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Collects what a stream says. */
function read(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  return () => text;
}

/** Runs a `paywall` line of the README and gives what it prints. */
async function paywall(line: string): Promise<string> {
  const words = wordsOf(line.replace(/^npx /, ''));
  expect(words.shift()).toBe('paywall');
  const child = start(words);
  const [out, complaint] = [read(child.stdout!), read(child.stderr!)];
  const [exitCode] = (await once(child, 'close')) as [number];
  expect({ line, exitCode, complaint: complaint() }).toEqual({ line, exitCode: 0, complaint: '' });
  return out();
}

/** Does what a `curl` line of the README does. */
async function curl(line: string, key: string): Promise<Response> {
  const words = wordsOf(line.replace('$KEY', key));
  const [name, value] = words[words.indexOf('-H') + 1]!.split(': ') as [string, string];
  const target = words.find((word) => word.startsWith('http'))!;
  return await fetch(target.replace(`http://127.0.0.1:${PORT}/prod/`, url), { headers: { [name]: value } });
}

test('the lines of the section end in a 200, and without the key in a 401', async () => {
  const [, , create, createKey, call, ...others] = lines('Running locally');
  // The options of the engine: that they exist is checked with all commands of the README.
  const [moves, starts] = [true, false].map((is) => others.filter((line) => line.includes(' clock ') === is));
  for (const line of starts!) expect(line).toMatch(/^npx paywall local cdk\.out --/);
  await paywall(create!);
  const key = /pw_acme_\w+/.exec(await paywall(createKey!))![0];

  const answer = await curl(call!, key);
  expect([answer.status, await answer.text()]).toEqual([200, 'reports of acme']);
  expect((await curl(call!, '')).status).toBe(401);
  for (const line of moves!) await paywall(line);
});

test('the account commands run as written, and the account whose payment failed is told so', async () => {
  const [first, ...others] = lines('Accounts and keys').filter((line) => !line.includes('--stack'));
  // The section before has created it.
  expect(first).toBe('paywall accounts create acme --plan pro');
  const answers = new Map<string, string>();
  for (const line of others) {
    const { keys } = JSON.parse(await paywall('paywall keys list acme --json')) as {
      keys: { keyId: string }[];
    };
    answers.set(line, await paywall(line.replace('dC2kXz1m', keys[0]!.keyId)));
  }

  const [shown] = blocksOf('README.md').filter(
    ({ section, language }) => section === 'Accounts and keys' && language === 'console',
  );
  const [command, ...expected] = shown!.code.split('\n');
  const actual = answers.get(command!.replace('$ ', ''))!;
  // The instant is that of the run; nothing else may differ.
  const withoutInstant = (text: string) => text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'INSTANT').trimEnd();
  expect(withoutInstant(actual)).toBe(withoutInstant(expected.join('\n')));

  const late = await paywall('paywall keys create late');
  const refused = await fetch(new URL('reports', url), {
    headers: { authorization: `Bearer ${/pw_late_\w+/.exec(late)![0]}` },
  });
  expect([refused.status, await refused.json()]).toMatchObject([
    402,
    { reason: 'payment_failed', account: 'late' },
  ]);
});
