import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { utimesSync, writeFileSync } from 'node:fs';
import { type Engine, type ReloadOutcome, startEngine } from '../../../local';
import { temporaryDirectory } from '../assembly/template-file';
import { synthesizeOrders } from './orders-app';

const directory = temporaryDirectory();
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const outcomes: ReloadOutcome[] = [];
let waiting: ((outcome: ReloadOutcome) => void) | undefined;
let engine: Engine;
let source: string;

const nextOutcome = () => new Promise<ReloadOutcome>((resolve) => (waiting = resolve));

/** Over one connection; tells its local port. */
function call(path: string): Promise<{ status: number; text: string; port: number }> {
  return new Promise((resolve, reject) => {
    get(`${engine.apis[0]!.url}${path}`, { agent }, (response) => {
      let text = '';
      const port = response.socket.localPort!;
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, text, port }));
    }).on('error', reject);
  });
}

beforeAll(async () => {
  source = synthesizeOrders(directory);
  engine = await startEngine({
    source,
    watch: true,
    onReload: (outcome) => {
      outcomes.push(outcome);
      waiting?.(outcome);
    },
  });
});
afterAll(async () => {
  agent.destroy();
  await engine.close();
});

test('a finished synth is served on the same connection, with the data so far', async () => {
  const before = await call('orders/7');
  expect(JSON.parse(before.text)).toMatchObject({ calls: 1 });
  const reloaded = nextOutcome();
  synthesizeOrders(directory, { description: 'second' });
  expect(await reloaded).toMatchObject({ kind: 'reloaded' });
  const after = await call('orders/7');
  expect(JSON.parse(after.text)).toMatchObject({ calls: 2, description: 'second' });
  expect(after.port).toBe(before.port);
});

test('an assembly that does not load changes nothing, and the reason is told', async () => {
  const manifest = join(source, 'manifest.json');
  const kept = nextOutcome();
  writeFileSync(manifest, '{ "artifacts": ');
  utimesSync(manifest, new Date(), new Date(Date.now() + 5000));
  expect(await kept).toMatchObject({ kind: 'kept', reason: expect.stringMatching(/manifest\.json/) });
  expect(await call('orders/8')).toMatchObject({ status: 200 });
});

test('what is in flight ends as it began', async () => {
  synthesizeOrders(directory, { description: 'slow', delayMs: 300 });
  await engine.reload();
  const slow = call('orders/9');
  await new Promise((resolve) => setTimeout(resolve, 100));
  synthesizeOrders(directory, { description: 'fast' });
  await engine.reload();
  expect(JSON.parse((await slow).text)).toMatchObject({ description: 'slow' });
  expect(JSON.parse((await call('orders/9')).text)).toMatchObject({ description: 'fast' });
});

test('no request fails while assemblies come and go', async () => {
  const statuses = new Map<number, number>();
  let isOver = false;
  const caller = async (id: number) => {
    while (!isOver) {
      const { status } = await call(`orders/load-${id}`);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  const callers = Promise.all([1, 2, 3, 4].map(caller));
  for (const description of ['a', 'b', 'c']) {
    synthesizeOrders(directory, { description, delayMs: 5 });
    await engine.reload();
  }
  isOver = true;
  await callers;
  expect([...statuses.keys()]).toEqual([200]);
});

test('a function that does not load keeps the last one serving', async () => {
  synthesizeOrders(directory, 'throw new Error("boom");');
  await engine.reload();
  expect(outcomes.at(-1)).toMatchObject({ kind: 'kept', reason: expect.stringMatching(/boom/) });
  expect(await call('orders/9')).toMatchObject({ status: 200 });
});
