import { functionTests } from './functions';

const { asset, invoker, lines, run } = functionTests();

const SLOW =
  'exports.handler = async () => { await new Promise((r) => setTimeout(r, 100)); return require("node:worker_threads").threadId; };';
const QUICK = 'let n = 0; exports.handler = async () => ++n;';

const many = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make));
const kinds = (results: { kind: string }[]) => results.map(({ kind }) => kind);

test.each([
  ['loops without end', 'exports.handler = async () => { for (;;); };'],
  ['waits without end', 'exports.handler = async () => new Promise((r) => setTimeout(r, 60_000));'],
])('a function that %s times out', async (_, code) => {
  expect(await run(code, {}, { properties: { Timeout: 1 } })).toEqual({
    kind: 'timeout',
    timeoutMs: 1000,
    run: { requestId: expect.stringMatching(/.{36}/), coldStartMs: expect.any(Number) },
  });
});

test('a function that fills memory outside of its heap dies alone', async () => {
  const code = `exports.handler = async () => {
    for (const all = []; ; await new Promise((resolve) => setTimeout(resolve, 10))) all.push(Buffer.alloc(4e6, 1));
  };`;
  expect(await run(code, {}, { properties: { MemorySize: 64, Timeout: 30 } })).toMatchObject({
    kind: 'crash',
    errorMessage: expect.stringMatching(/^Runtime.ExitError: signal: killed; .* and has 64 of memory$/),
  });
});

test('a function that writes lines without end keeps nobody waiting', async () => {
  const flood = { code: 'exports.handler = async () => { for (;;) console.log("x".repeat(200)); };' };
  const other = { code: 'exports.handler = async () => 1;' };
  const functions = await invoker({ flood, other }, { properties: { Timeout: 2 } });
  const order: string[] = [];
  const flooded = functions.invoke('flood', '{}').then((result) => {
    order.push('flood');
    return result;
  });
  while (!lines.some(({ functionName }) => functionName === 'flood'))
    await new Promise((resolve) => setTimeout(resolve, 1));
  for (let i = 0; i < 20; i++) await functions.invoke('other', '{}');
  order.push('others');
  expect(await flooded).toMatchObject({ kind: 'timeout' });
  expect(order).toEqual(['others', 'flood']);
});

test('a function that allocates without end dies alone', async () => {
  const code =
    'exports.handler = async () => { const all = []; for (;;) all.push(new Array(1e5).fill({})); };';
  expect(await run(code, {}, { properties: { MemorySize: 64, Timeout: 30 } })).toMatchObject({
    kind: 'crash',
    errorMessage: expect.stringMatching(/memory/),
  });
});

test.each([
  ['its process', 'process.kill(process.pid)', 'exit status 143'],
  ['its process, for good', 'process.kill(process.pid, "SIGKILL")', 'exit status 137'],
  ['its group of processes', 'process.kill(0, 15)', 'exit status 143'],
])('a function that signals %s dies alone', async (_, code, cause) => {
  expect(await run(`exports.handler = async () => { ${code}; };`)).toMatchObject({
    kind: 'crash',
    errorMessage: expect.stringContaining(cause),
  });
});

test('a function may ask whether its process is there, and post messages to whoever started the thread', async () => {
  const code = `exports.handler = async () => {
    for (const message of [null, 'ready', { ready: true }])
      require('node:worker_threads').parentPort.postMessage(message);
    return process.kill(process.pid, 0);
  };`;
  expect(await run(code)).toMatchObject({ kind: 'success', payload: 'true' });
});

test('a module that does not finish loading is given up', async () => {
  const functions = await invoker({ stuck: { code: 'for (;;);' } }, { options: { loadLimitMs: 200 } });
  await expect(functions.warm(functions.specs)).rejects.toMatchObject({
    code: 'FunctionLoadFailed',
    message: expect.stringMatching(/longer than 0.2 seconds/),
  });
});

test('the first event of an environment that starts for it is told of the cold start', async () => {
  const functions = await invoker({ quick: { code: QUICK } });
  const runs = [];
  for (let i = 0; i < 2; i++) runs.push((await functions.invoke('quick', '{}')).run);
  expect(runs[0]!.coldStartMs).toBeGreaterThan(0);
  expect(runs[1]).toEqual({ requestId: expect.stringMatching(/.{36}/) });

  const warm = await invoker({ quick: { code: QUICK } });
  await warm.warm(warm.specs);
  expect((await warm.invoke('quick', '{}')).run).not.toHaveProperty('coldStartMs');
});

test('a function that died is started again, and others notice nothing', async () => {
  const code = 'let n = 0; exports.handler = async ({ die }) => { if (die) process.exit(1); return ++n; };';
  const functions = await invoker({ frail: { code }, other: { code: QUICK } });
  expect(await functions.invoke('frail', '{}')).toMatchObject({ payload: '1' });
  expect(await functions.invoke('other', '{}')).toMatchObject({ payload: '1' });
  expect(await functions.invoke('frail', '{"die":true}')).toMatchObject({ kind: 'crash' });
  expect(await functions.invoke('frail', '{}')).toMatchObject({ payload: '1' });
  expect(await functions.invoke('other', '{}')).toMatchObject({ payload: '2' });
});

test('an environment runs one event at a time, and waiting events get more environments', async () => {
  const functions = await invoker({ slow: { code: SLOW } }, { options: { maxEnvironments: 3 } });
  const results = await many(12, () => functions.invoke('slow', '{}'));
  const threads = results.map((result) => (result as { payload: string }).payload);
  expect(new Set(threads).size).toBe(3);
});

test('fast events share one environment', async () => {
  const functions = await invoker({ quick: { code: QUICK } });
  await functions.invoke('quick', '{}');
  const results = await many(8, () => functions.invoke('quick', '{}'));
  expect(results.map((result) => Number((result as { payload: string }).payload)).at(-1)).toBe(9);
});

describe('events that were sent ahead', () => {
  const MIXED = `let n = 0; exports.handler = async ({ ms = 0, die, hang, chars = 0, line, id }) => {
    if (die) process.exit(1);
    if (hang) for (;;);
    if (line) console.log(id);
    if (ms > 0) await new Promise((r) => setTimeout(r, ms));
    return { id, n: ++n, text: 'ü'.repeat(chars) };
  };`;

  /** A function whose events have been so fast that the next ones are sent ahead. */
  async function fast(): Promise<{ invoke(event: object): Promise<any> }> {
    const functions = await invoker(
      { mixed: { code: MIXED } },
      { options: { maxEnvironments: 2 }, properties: { Timeout: 2 } },
    );
    for (let i = 0; i < 50; i++) await functions.invoke('mixed', '{}');
    return { invoke: (event) => functions.invoke('mixed', JSON.stringify(event)) };
  }

  test('do not wait for a slow one: they are taken back, and run once', async () => {
    const { invoke } = await fast();
    const done: number[] = [];
    const call = async (event: { id: number; ms?: number }) => {
      const { payload } = await invoke(event);
      done.push((JSON.parse(payload) as { id: number }).id);
    };
    await Promise.all([call({ id: 0, ms: 1_000 }), ...[1, 2, 3, 4, 5].map((id) => call({ id }))]);
    expect(done.at(-1)).toBe(0);
    expect([...done].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('run in another environment when theirs dies first', async () => {
    const { invoke } = await fast();
    const results = await Promise.all([
      invoke({ die: true }),
      ...[1, 2, 3, 4, 5].map((id) => invoke({ id })),
    ]);
    expect(kinds(results)).toEqual(['crash', ...Array.from({ length: 5 }, () => 'success')]);
    const answers = results
      .slice(1)
      .map(({ payload }) => JSON.parse(payload as string) as { id: number; n: number });
    expect(answers.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
    // Counted from the start of another environment.
    expect(Math.max(...answers.map(({ n }) => n))).toBeLessThanOrEqual(5);
  });

  test.each([
    ['never ends', { hang: true }, 'timeout'],
    ['ends the thread', { die: true }, 'crash'],
  ])('take nothing from those before them when one %s', async (_, last, kind) => {
    const { invoke } = await fast();
    const results = await Promise.all([...[1, 2, 3].map((id) => invoke({ id })), invoke(last)]);
    expect(kinds(results)).toEqual(['success', 'success', 'success', kind]);
  });

  test('are answered each with its own, short or long, with or without lines', async () => {
    lines.length = 0;
    const { invoke } = await fast();
    const sizes = [0, 10, 20_000, 0, 5_000, 100_000, 1, 6_000];
    const events = [...sizes, ...sizes].map((chars, id) => ({ id, chars, line: id % 3 === 0 }));
    const results = await Promise.all(
      events.map(async (event) => {
        const { payload, run } = await invoke(event);
        const written = lines.filter(({ requestId }) => requestId === run.requestId);
        return { ...(JSON.parse(payload) as { id: number; text: string }), lines: written.length };
      }),
    );
    expect(results.map(({ id, text, lines: count }) => [id, text.length, count])).toEqual(
      events.map(({ id, chars, line }) => [id, chars, line ? 1 : 0]),
    );
  });

  test('are answered when every environment dies, and the next event finds a new one', async () => {
    const { invoke } = await fast();
    expect(new Set(kinds(await many(8, () => invoke({ die: true }))))).toEqual(new Set(['crash']));
    expect(await invoke({ id: 9 })).toMatchObject({ kind: 'success' });
  });
});

test.each([
  [1, ['success', 'throttled', 'throttled']],
  [2, ['success', 'success', 'throttled']],
  [0, ['throttled', 'throttled', 'throttled']],
])('reserved concurrency %d answers three events at once with %j', async (reserved, expected) => {
  const functions = await invoker(
    { slow: { code: SLOW } },
    { properties: { ReservedConcurrentExecutions: reserved } },
  );
  expect(kinds(await many(3, () => functions.invoke('slow', '{}')))).toEqual(expected);
});

test('throttles what does not fit into the queue', async () => {
  const functions = await invoker({ slow: { code: SLOW } }, { options: { maxEnvironments: 1, maxQueue: 1 } });
  await functions.invoke('slow', '{}');
  expect(kinds(await many(3, () => functions.invoke('slow', '{}')))).toEqual([
    'success',
    'success',
    'throttled',
  ]);
});

test('closes idle environments, but for one', async () => {
  const functions = await invoker({ slow: { code: SLOW } }, { options: { maxEnvironments: 2, idleMs: 50 } });
  await many(6, () => functions.invoke('slow', '{}'));
  const ids = async () =>
    new Set((await many(4, () => functions.invoke('slow', '{}'))).map((r: any) => r.payload));
  await new Promise((resolve) => setTimeout(resolve, 300));
  lines.length = 0;
  expect((await ids()).size).toBe(2);
  expect(lines.filter(({ message }) => message.startsWith('environment started'))).toHaveLength(1);
});

test('knows functions by name, ARN and qualified ARN', async () => {
  const functions = await invoker({ quick: { code: QUICK } });
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:quick';
  expect([arn, `${arn}:live`, 'quick'].map((name) => functions.has(name))).toEqual([true, true, true]);
  expect(functions.has(`${arn}er`)).toBe(false);
  expect(await functions.invoke(`${arn}:live`, '{}')).toMatchObject({ kind: 'success' });
  expect(await functions.invoke('nobody', '{}')).toMatchObject({ kind: 'crash' });
});

test.each<
  [
    what: string,
    source: { code: string } | { asset: string },
    properties: object,
    code: string,
    message: RegExp,
  ]
>([
  [
    'a missing bundle',
    { asset: '/nowhere/asset' },
    {},
    'FunctionCodeMissing',
    /\/nowhere\/asset does not exist/,
  ],
  ['another runtime', { code: '' }, { Runtime: 'python3.13' }, 'FunctionRuntimeUnsupported', /python3.13/],
  [
    'a container image',
    { code: '' },
    { Runtime: { Ref: 'AWS::NoValue' } },
    'FunctionRuntimeUnsupported',
    /container/,
  ],
  [
    'a missing module',
    { code: 'require("left-pad-9")' },
    {},
    'FunctionLoadFailed',
    /ImportModuleError: .*left-pad-9/,
  ],
  [
    'a syntax error',
    { code: 'exports.handler = (' },
    {},
    'FunctionLoadFailed',
    /UserCodeSyntaxError: .* at .*index\.js:1/,
  ],
  ['an error while loading', { code: 'throw new Error("boom")' }, {}, 'FunctionLoadFailed', /boom/],
  ['an exit while loading', { code: 'process.exit(2)' }, {}, 'FunctionLoadFailed', /exit status 2/],
  ['no such export', { code: 'exports.other = 1' }, {}, 'FunctionLoadFailed', /index.handler is undefined/],
  [
    'an export that is no function',
    { code: 'exports.handler = 1' },
    {},
    'FunctionLoadFailed',
    /not a function/,
  ],
  [
    'no such file',
    { code: '' },
    { Handler: 'app.handler' },
    'FunctionLoadFailed',
    /cannot find module 'app'/,
  ],
  ['a handler without export', { code: '' }, { Handler: 'app' }, 'FunctionLoadFailed', /not a valid handler/],
])('refuses to start with %s', async (_, source, properties, code, message) => {
  const functions = await invoker({ subject: source }, { properties: { ...properties } });
  const broken = functions.warm(functions.specs);
  await expect(broken).rejects.toMatchObject({
    name: 'EngineError',
    code,
    message: expect.stringMatching(message),
  });
  await expect(broken).rejects.toThrow(/\/subject\]$/);
  expect(await functions.invoke('subject', '{}')).toMatchObject({ kind: 'crash' });
});

test('refuses to start with a broken archive', async () => {
  const functions = await invoker({ subject: { asset: `${asset({ 'code.zip': 'no zip' })}/code.zip` } });
  await expect(functions.warm(functions.specs)).rejects.toMatchObject({ code: 'FunctionCodeBroken' });
});

test('names every broken function at once', async () => {
  const functions = await invoker({
    one: { code: 'throw 1' },
    two: { code: 'throw 2' },
    fine: { code: QUICK },
  });
  await expect(functions.warm(functions.specs)).rejects.toThrow(/one does not load(.|\n)*two does not load/);
});
