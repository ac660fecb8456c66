import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { build } from 'esbuild';
import {
  type Engine,
  type EngineOptions,
  type LogLine,
  type RequestRecord,
  startEngine,
} from '../../../local';
import { workerFile } from '../../../local/worker-file';
import { temporaryDirectory, writeTemplate } from '../assembly/template-file';
import { synthesizeOrders } from './orders-app';

const directory = temporaryDirectory();
const engines: Engine[] = [];
const closeAfterwards: { close(): unknown }[] = [];
afterAll(() => Promise.all([...engines, ...closeAfterwards].map((open) => open.close())));

async function start(options: EngineOptions): Promise<Engine> {
  const engine = await startEngine(options);
  engines.push(engine);
  return engine;
}

describe('a synthesized stack', () => {
  const records: RequestRecord[] = [];
  const lines: LogLine[] = [];
  let source: string;
  let engine: Engine;

  beforeAll(async () => {
    source = synthesizeOrders(directory);
    engine = await start({
      source,
      onRequest: (record) => records.push(record),
      onLog: (line) => lines.push(line),
    });
  });

  const get = async (path: string) => {
    const response = await fetch(`${engine.apis[0]!.url}${path}`);
    return { status: response.status, body: (await response.json()) as any };
  };

  test('answers requests from its function, which writes to its table', async () => {
    expect(await get('orders/7')).toMatchObject({ status: 200, body: { calls: 1 } });
    expect(await get('orders/7')).toMatchObject({ status: 200, body: { calls: 2 } });
    expect(await get('nowhere')).toMatchObject({ status: 403 });
  });

  test('reports requests and the lines of the function', async () => {
    await get('orders/8');
    expect(records.at(-1)).toMatchObject({ method: 'GET', status: 200, lane: 'INTEGRATION' });
    expect(lines.at(-1)).toMatchObject({
      level: 'INFO',
      message: 'counting 8',
      requestId: expect.stringMatching(/.{36}/),
    });
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'PLATFORM', message: expect.stringMatching(/started in \d+ ms/) }),
    );
  });

  test('moves the clock of the functions', async () => {
    const { body } = await get('orders/9');
    engine.clock.advance(366 * 86_400_000);
    expect((await get('orders/9')).body.year).toBe(body.year + 1);
  });

  test('describes what it serves', () => {
    expect(engine.apis).toMatchObject([
      { stack: 'Orders', stage: 'prod', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/prod\/$/) },
    ]);
    expect(engine.routes).toEqual([
      { stack: 'Orders', logicalId: engine.apis[0]!.logicalId, method: 'GET', path: '/orders/{id}' },
    ]);
    expect(engine.functions).toMatchObject([
      {
        environment: {
          TABLE: expect.stringMatching(/^Orders-Table/),
          AWS_REGION: 'us-east-1',
          AWS_ENDPOINT_URL_DYNAMODB: engine.endpoints.dynamodb,
        },
      },
    ]);
  });

  test('lists what it does not imitate', () => {
    const codes = engine.findings.map(({ code, message }) => `${code} ${message}`);
    expect(codes).toContainEqual(expect.stringMatching(/^TypeWithoutEffect AWS::IAM::Role/));
  });

  test('says so when the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    closeAfterwards.push(taken);
    const { port } = taken.address() as AddressInfo;
    await expect(start({ source, port })).rejects.toMatchObject({
      name: 'EngineError',
      code: 'PortTaken',
      message: expect.stringMatching(new RegExp(`port ${port} is taken`)),
    });
  });

  test('says so when the host is somebody else', async () => {
    await expect(start({ source, host: '192.0.2.1' })).rejects.toMatchObject({ code: 'HostUnavailable' });
  });

  test('runs away from node_modules, and leaves nothing behind that would keep the process', async () => {
    const dist = join(directory, 'copy', 'dist');
    mkdirSync(join(dist, 'bin'), { recursive: true });
    cpSync(dirname(workerFile('function-worker.js')), join(dist, 'local'), { recursive: true });
    await build({
      entryPoints: ['local/index.ts'],
      bundle: true,
      platform: 'node',
      outfile: join(dist, 'bin', 'engine.js'),
    });
    const script = join(dist, 'bin', 'main.js');
    writeFileSync(
      script,
      `require('./engine.js').startEngine({ source: process.argv[2] }).then(async (engine) => {
        const response = await fetch(engine.apis[0].url + 'orders/1');
        console.log(await response.text());
        await engine.close();
      });`,
    );
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, source]);
    expect(stdout).toMatch(/^\{"calls":1,/);
    expect(stderr).toBe('');
  });
});

test('strict refuses what is not imitated, and names it', async () => {
  const source = writeTemplate(directory, {
    Resources: { Topic: { Type: 'AWS::SNS::Topic' }, Role: { Type: 'AWS::IAM::Role' } },
  });
  await expect(start({ source, strict: true })).rejects.toMatchObject({
    code: 'NotImitated',
    message: expect.stringMatching(/AWS::SNS::Topic.*\[Shop\/Topic\]$/),
  });
  const engine = await start({ source });
  expect(engine.findings.map(({ code }) => code)).toEqual(['TypeNotImitated', 'TypeWithoutEffect']);
  expect(engine.endpoints).toEqual({});
});

test('does not start with a function that does not load', async () => {
  const source = synthesizeOrders(join(directory, 'broken'), 'throw new Error("boom");');
  await expect(start({ source })).rejects.toMatchObject({
    code: 'FunctionLoadFailed',
    message: expect.stringMatching(/boom.*\[Orders\/Handler\/Resource\]/),
  });
});

test('functions that no API reaches may be of any runtime, but their code has to be there', async () => {
  const resource = (Properties: object, path = directory) => ({
    Type: 'AWS::Lambda::Function',
    Metadata: { 'aws:asset:path': path },
    Properties: { Handler: 'index.handler', Code: { S3Key: 'x' }, ...Properties },
  });
  const other = await start({
    source: writeTemplate(directory, { Resources: { Snake: resource({ Runtime: 'python3.13' }) } }),
  });
  expect(other.findings).toMatchObject([{ code: 'RuntimeNotImitated', path: 'Shop/Snake' }]);
  const source = writeTemplate(directory, {
    Resources: { Lost: resource({ Runtime: 'nodejs22.x' }, '/nowhere') },
  });
  await expect(start({ source })).rejects.toMatchObject({ code: 'FunctionCodeMissing' });
});

test('calls to services that are not imitated stay on this machine', async () => {
  const Code = { ZipFile: 'exports.handler = async () => process.env;' };
  const Properties = { Runtime: 'nodejs22.x', Handler: 'index.handler', Code };
  const source = writeTemplate(directory, {
    Resources: { Caller: { Type: 'AWS::Lambda::Function', Properties } },
  });
  const engine = await start({ source, endpoints: { 'api gateway': 'http://127.0.0.1:9999' } });
  const { environment } = engine.functions[0]!;
  const settings = { endpoint: environment.AWS_ENDPOINT_URL!, region: 'us-east-1', maxAttempts: 1 };
  const client = new DynamoDBClient({ ...settings, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({
    name: 'NotImitatedLocally',
    message: 'the local engine does not imitate dynamodb (DynamoDB_20120810.ListTables)',
  });
  client.destroy();
  const response = await fetch(`${environment.AWS_ENDPOINT_URL}/a&b`);
  expect(await response.text()).toContain(
    '<Message>the local engine does not imitate this service (GET /a&#38;b)</Message>',
  );
  expect(environment.AWS_ENDPOINT_URL_API_GATEWAY).toBe('http://127.0.0.1:9999');
});

test('closing twice is closing once', async () => {
  const engine = await startEngine({ source: writeTemplate(directory, { Resources: {} }) });
  await Promise.all([engine.close(), engine.close()]);
  expect(engine.apis).toEqual([]);
});
