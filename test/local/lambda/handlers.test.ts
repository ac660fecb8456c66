import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionTests } from './functions';
import { zipArchive } from './zip-archive';

const { asset, invoker, lines, run, directory } = functionTests();

const value = (result: unknown) => JSON.parse((result as { payload: string }).payload) as unknown;

test.each<[style: string, code: string, answer: unknown]>([
  ['a promise', 'exports.handler = async (event) => ({ got: event.a });', { got: 1 }],
  ['a promise from a plain function', 'exports.handler = (event) => Promise.resolve(event.a);', 1],
  ['a callback', 'exports.handler = (event, context, callback) => { callback(null, event.a); };', 1],
  [
    'a late callback',
    'exports.handler = (e, c, callback) => { setTimeout(() => callback(null, e.a), 5); };',
    1,
  ],
  [
    'a callback that does not wait for what is left',
    'exports.handler = (e, context, callback) => { context.callbackWaitsForEmptyEventLoop = false; setInterval(() => 0, 1000); callback(null, e.a); };',
    1,
  ],
  [
    'a callback that waits for what is left',
    'let v = 0; exports.handler = (e, c, callback) => { const answer = { get v() { return v; } }; callback(null, answer); setTimeout(() => { v = 7; }, 5); };',
    { v: 7 },
  ],
  ['context.succeed', 'exports.handler = (event, context) => { context.succeed(event.a); };', 1],
  ['nothing', 'exports.handler = () => { };', null],
  ['a value that nobody awaits', 'exports.handler = () => 5;', null],
  ['undefined', 'exports.handler = async () => undefined;', null],
])('a handler may answer with %s', async (_, code, answer) => {
  expect(value(await run(code, { a: 1 }))).toEqual(answer);
});

test.each<[what: string, code: string, expected: object]>([
  [
    'rejects',
    'exports.handler = async () => { throw new TypeError("no"); };',
    { kind: 'function-error', errorType: 'TypeError', errorMessage: 'no' },
  ],
  [
    'throws',
    'exports.handler = () => { throw new Error("no"); };',
    { kind: 'function-error', errorType: 'Error', errorMessage: 'no' },
  ],
  [
    'calls back with text',
    'exports.handler = (e, c, callback) => callback("Unauthorized");',
    { kind: 'function-error', errorType: 'string', errorMessage: 'Unauthorized' },
  ],
  [
    'never settles',
    'exports.handler = async () => new Promise(() => {});',
    { kind: 'function-error', errorType: 'Runtime.NodeJsExit' },
  ],
  [
    'answers what is not JSON',
    'exports.handler = async () => { const a = {}; a.a = a; return a; };',
    { kind: 'function-error', errorType: 'Runtime.MarshalError' },
  ],
  [
    'answers more than the service carries',
    'exports.handler = async () => "x".repeat(6291556);',
    { kind: 'function-error', errorType: 'Function.ResponseSizeTooLarge' },
  ],
  [
    'rejects elsewhere',
    'exports.handler = async () => { Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 50)); };',
    { kind: 'function-error', errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'lost' },
  ],
  [
    'exits',
    'exports.handler = async () => process.exit(3);',
    { kind: 'crash', errorMessage: expect.stringMatching(/status 3/) },
  ],
])('reports a handler that %s', async (_, code, expected) => {
  expect(await run(code)).toMatchObject(expected);
});

test.each<[layout: string, files: Record<string, string>, handler: string]>([
  ['index.mjs', { 'index.mjs': 'export const handler = async () => "ok";' }, 'index.handler'],
  [
    'type module',
    {
      'index.js': 'import "node:fs"; export const handler = async () => "ok";',
      'package.json': '{"type":"module"}',
    },
    'index.handler',
  ],
  ['index.cjs', { 'index.cjs': 'exports.handler = async () => "ok";' }, 'index.handler'],
  [
    'a folder',
    {
      'src/app.js': 'exports.main = async () => require("./more");',
      'src/more.js': 'module.exports = "ok";',
    },
    'src/app.main',
  ],
  ['a nested export', { 'index.js': 'exports.api = { handler: async () => "ok" };' }, 'index.api.handler'],
  [
    'top-level await',
    { 'index.mjs': 'const text = await Promise.resolve("ok"); export const handler = async () => text;' },
    'index.handler',
  ],
])('loads %s', async (_, files, Handler) => {
  const functions = await invoker({ subject: { asset: asset(files) } }, { properties: { Handler } });
  expect(value(await functions.invoke('subject', '{}'))).toBe('ok');
});

test('loads a zip archive', async () => {
  const zip = join(directory, 'code.zip');
  const text = 'ok'.repeat(50);
  writeFileSync(
    zip,
    zipArchive({
      'lib/': '',
      'lib/text.js': `module.exports = "${text}";`,
      'index.js': 'exports.handler = async () => require("./lib/text");',
    }),
  );
  const functions = await invoker({ subject: { asset: zip } });
  expect(value(await functions.invoke('subject', '{}'))).toBe(text);
});

test('passes the context of the service', async () => {
  const code = `exports.handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() });`;
  const context = value(await run(code, {}, { properties: { Timeout: 10, MemorySize: 256 } })) as any;
  expect(context).toMatchObject({
    functionName: 'subject',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:subject',
    memoryLimitInMB: '256',
    logGroupName: '/aws/lambda/subject',
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(context.left).toBeGreaterThan(5000);
  expect(context.left).toBeLessThanOrEqual(10_000);
});

test('gives the function its environment and nothing of the machine', async () => {
  process.env.AWS_PROFILE = 'private';
  process.env.SECRET_OF_THE_HOST = 'private';
  const environment = value(
    await run(
      'exports.handler = async () => process.env;',
      {},
      {
        properties: {
          Environment: {
            Variables: { TABLE: 'orders', NODE_OPTIONS: '--enable-source-maps --max-old-space-size=100' },
          },
        },
        options: { variables: { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' } },
      },
    ),
  ) as Record<string, string>;
  delete process.env.AWS_PROFILE;
  delete process.env.SECRET_OF_THE_HOST;
  expect(environment).toMatchObject({
    TABLE: 'orders',
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: 'subject',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1',
    TZ: ':UTC',
  });
  expect(Object.values(environment)).not.toContain('private');
  expect(environment.AWS_ACCESS_KEY_ID).toBe('ASIALOCALENGINE00000');
  expect(environment.PATH).not.toBe(process.env.PATH);
});

describe('the tracing header', () => {
  const code = `exports.handler = async () => ({ header: process.env._X_AMZN_TRACE_ID });`;
  const ROOT = 'Root=1-67891233-abcdef012345678912345678';
  const headerOf = async (event: unknown) => value(await run(code, event)) as Record<string, string>;

  test('is new for each event that brings none', async () => {
    const made = await invoker({ subject: { code } });
    const seen = new Set<string>();
    for (const event of ['{}', 'null', '"text"', '{"headers":null}', '{"headers":{"X-Amzn-Trace-Id":7}}']) {
      const { header } = value(await made.invoke('subject', event)) as Record<string, string>;
      expect(header).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
      seen.add(header!);
    }
    expect(seen.size).toBe(5);
  });

  test.each([
    ['goes on from the root of the request', ROOT, `${ROOT};Parent=`],
    [
      'is that of the request when it is whole',
      `${ROOT};Parent=53995c3f42cd8ad8;Sampled=1`,
      `${ROOT};Parent=53995c3f42cd8ad8;Sampled=1`,
    ],
  ])('%s', async (_what, given, expected) => {
    const { header } = await headerOf({ headers: { 'X-Amzn-Trace-Id': given } });
    expect(header).toMatch(new RegExp(`^${expected}([0-9a-f]{16};Sampled=0)?$`));
  });
});

test('forwards what the function writes, with function and request', async () => {
  lines.length = 0;
  const code = `console.log('loading'); exports.handler = async (event, { awsRequestId }) => {
    console.warn('careful %d', 5, { a: 1 }); process.stdout.write('{"raw":'); process.stdout.write('1}\\n'); return awsRequestId;
  };`;
  const requestId = value(await run(code));
  const own = lines.filter(({ level }) => level !== 'PLATFORM');
  expect(own).toEqual([
    { functionName: 'subject', logicalId: 'subject', requestId: '', level: 'INFO', message: 'loading' },
    {
      functionName: 'subject',
      logicalId: 'subject',
      requestId,
      level: 'WARN',
      message: 'careful 5 { a: 1 }',
    },
    { functionName: 'subject', logicalId: 'subject', requestId, level: 'INFO', message: '{"raw":1}' },
  ]);
});

test('a line without an end belongs to the event that wrote it', async () => {
  const code = `exports.handler = async (event) => {
    process.stdout.write('half of ' + event.n); process.stderr.write('error of ' + event.n);
    if (event.n === 2) process.exit(0);
  };`;
  const functions = await invoker({ subject: { code } });
  lines.length = 0;
  for (const n of [1, 2]) await functions.invoke('subject', JSON.stringify({ n }));
  const written = lines.filter(({ level }) => level !== 'PLATFORM');
  expect(written.map(({ level, message }) => [level, message])).toEqual([
    ['INFO', 'half of 1'],
    ['ERROR', 'error of 1'],
    ['INFO', 'half of 2'],
    ['ERROR', 'error of 2'],
  ]);
  const [first, , second] = written.map(({ requestId }) => requestId);
  expect(first).not.toBe(second);
});

test('nothing starts for an event that comes when all is closed', async () => {
  const functions = await invoker({ subject: { code: 'exports.handler = async () => 1;' } });
  await functions.invoke('subject', '{}');
  await functions.close();
  lines.length = 0;
  expect(await functions.invoke('subject', '{}')).toMatchObject({ kind: 'crash' });
  expect(lines).toEqual([]);
});

test('functions live on the clock of the engine', async () => {
  const code = `class Later extends Date {}
    exports.handler = async () => [Date.now(), new Date().getTime(), new Later().getTime(), Date.parse(Date()),
      new Date(5).getTime(), new Date() instanceof Date, new Date(2020, 1, 1) instanceof Date, Date.UTC(1970, 0, 1)];`;
  const functions = await invoker({ subject: { code } });
  const day = 86_400_000;
  const near = (instant: number) => (given: number) => Math.abs(given - instant) < 5000;
  const read = async () => value(await functions.invoke('subject', '{}')) as number[];
  const before = await read();
  expect(before.slice(0, 4).every(near(Date.now()))).toBe(true);
  functions.clock.advance(3 * day);
  const after = await read();
  expect(after.slice(0, 4).every(near(Date.now() + 3 * day))).toBe(true);
  expect(after.slice(4)).toEqual([5, true, true, 0]);
});

test('streams what a streaming handler writes', async () => {
  const code = `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
    stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });
    stream.write('one'); await new Promise((r) => setTimeout(r, 5)); stream.write('two'); stream.end();
  });`;
  const functions = await invoker({ subject: { code } });
  const chunks: string[] = [];
  let ended = false;
  const sink = {
    write: (chunk: Uint8Array, taken: () => void) => {
      chunks.push(Buffer.from(chunk).toString());
      taken();
    },
    end: () => void (ended = true),
  };
  expect(await functions.invoke('subject', '{}', sink)).toMatchObject({ kind: 'success' });
  expect(chunks).toEqual([`{"statusCode":201}${'\0'.repeat(8)}one`, 'two']);
  expect(ended).toBe(true);
  expect(await functions.invoke('subject', '{}')).toMatchObject({
    payload: `{"statusCode":201}${'\0'.repeat(8)}onetwo`,
  });
});

test('a streaming handler waits until its chunk is taken, and what it wrote meanwhile goes as one', async () => {
  const code = `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
    const isFull = [];
    for (let i = 0; i < 4; i++) isFull.push(!stream.write(String(i).repeat(10_000)));
    stream.end(isFull.join());
  });`;
  const functions = await invoker({ subject: { code } });
  const chunks: string[] = [];
  let release!: () => void;
  const sink = {
    write: (chunk: Uint8Array, taken: () => void) => {
      chunks.push(Buffer.from(chunk).toString());
      release = taken;
    },
    end: () => undefined,
  };
  const ended = functions.invoke('subject', '{}', sink);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const first = '0'.repeat(10_000);
  expect(chunks).toEqual([first]);
  release();
  while (chunks.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  release();
  expect(await ended).toMatchObject({ kind: 'success' });
  const rest = ['1', '2', '3'].map((digit) => digit.repeat(10_000)).join('');
  expect(chunks).toEqual([first, `${rest}false,true,true,true`]);
});

test('a stream that is longer than an answer may be, and that nobody reads as a stream, is refused', async () => {
  const code = `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
    for (let i = 0; i < event.megabytes; i++) stream.write(Buffer.alloc(1_000_000));
    stream.end();
  });`;
  const functions = await invoker({ subject: { code } }, { properties: { MemorySize: 512 } });
  expect(await functions.invoke('subject', '{"megabytes":6}')).toMatchObject({ kind: 'success' });
  expect(await functions.invoke('subject', '{"megabytes":7}')).toMatchObject({
    kind: 'function-error',
    errorType: 'Function.ResponseSizeTooLarge',
  });
});

test.each<[what: string, code: string, first: object]>([
  [
    'a stream that is still written to',
    `const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
     exports.handler = awslambda.streamifyResponse(async (event, stream) => {
       if (event.isLast) { await later(60); stream.write('last'); return stream.end(); }
       setTimeout(() => stream.write('foreign'), 30);
       throw new Error('no');
     });`,
    { kind: 'function-error' },
  ],
  [
    'a callback that comes late',
    `exports.handler = (event, context, callback) => {
       context.callbackWaitsForEmptyEventLoop = false;
       setTimeout(() => callback(null, event.isLast ? 'last' : 'foreign'), event.isLast ? 60 : 30);
       if (!event.isLast) return Promise.resolve('first');
     };`,
    { kind: 'success', payload: '"first"' },
  ],
])('nothing of an event that is over gets into the answer to the next one: %s', async (_, code, first) => {
  const functions = await invoker({ subject: { code } }, { options: { maxEnvironments: 1 } });
  expect(await functions.invoke('subject', '{}')).toMatchObject(first);
  const { payload } = (await functions.invoke('subject', '{"isLast":true}')) as { payload: string };
  expect(payload.replaceAll('"', '')).toBe('last');
});
