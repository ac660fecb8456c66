import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEngine } from '../../../local';
import { temporaryDirectory } from '../assembly/template-file';
import { synthesizeOrders } from './orders-app';

const directory = temporaryDirectory();
const dataDirectory = join(directory, 'data');
const source = synthesizeOrders(directory);

async function callsOfOneRun(): Promise<number> {
  const engine = await startEngine({ source, dataDirectory });
  try {
    const response = await fetch(`${engine.apis[0]!.url}orders/1`);
    return ((await response.json()) as { calls: number }).calls;
  } finally {
    await engine.close();
  }
}

test('tables outlive the engine when they have a directory', async () => {
  expect(await callsOfOneRun()).toBe(1);
  expect(await callsOfOneRun()).toBe(2);
});

test('data that does not fit is named, and left as it is', async () => {
  const [name] = readdirSync(dataDirectory);
  const file = join(dataDirectory, name!);
  writeFileSync(file, '[{"other":{"S":"key"}}]');
  const notLoaded = { code: 'DataNotLoaded', message: expect.stringContaining(name!) };
  await expect(startEngine({ source, dataDirectory })).rejects.toMatchObject(notLoaded);
  await expect(startEngine({ source, dataDirectory })).rejects.toMatchObject(notLoaded);
});

test('a directory has one engine at a time, which a killed one does not stop', async () => {
  const place = join(directory, 'one-at-a-time');
  const start = () => startEngine({ source, dataDirectory: place });
  const inUse = { code: 'DataInUse', message: expect.stringContaining(`process ${process.pid}`) };
  const both = await Promise.allSettled([start(), start()]);
  expect(both).toContainEqual({ status: 'rejected', reason: expect.objectContaining(inUse) });
  const engine = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))[0]!;
  await expect(start()).rejects.toMatchObject(inUse);
  await engine.close();
  const other = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)']);
  writeFileSync(join(place, 'engine.pid'), `${other.pid}`);
  await expect(start()).rejects.toMatchObject({
    code: 'DataInUse',
    message: expect.stringContaining(`process ${other.pid}`),
  });
  other.kill();
  await once(other, 'exit');
  await (await start()).close();
  expect(readdirSync(place)).toHaveLength(1);
});

test('a place where no data can be kept is refused before anything starts', async () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  await expect(startEngine({ source, dataDirectory: join(file, 'data') })).rejects.toMatchObject({
    code: 'DataNotKept',
    message: expect.stringContaining(join(file, 'data')),
  });
});

test('a table that cannot be saved is named', async () => {
  const place = join(directory, 'blocked');
  const engine = await startEngine({ source, dataDirectory: place });
  const [name] = readdirSync(dataDirectory);
  mkdirSync(join(place, name!, 'in-the-way'), { recursive: true });
  await expect(engine.close()).rejects.toMatchObject({
    code: 'DataNotSaved',
    message: expect.stringContaining(name!),
  });
});
