import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { type StreamSink } from '../../../local/contract';
import { StreamLimits } from '../../../local/gateway/http/stream-limits';
import { FakeFunctions } from './support/fake-functions';
import { Harness } from './support/harness';
import { lambdaProxy, StackBuilder } from './support/stack-builder';

const HOUR_MS = 3_600_000;
const MB = 1_048_576;
const HEAD = Buffer.concat([Buffer.from('{"statusCode":200}'), Buffer.alloc(8)]);

afterEach(() => jest.useRealTimers());

describe('bandwidth', () => {
  test('10 MB at once, the rest with 2 MB/s (AG §7.9)', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const limits = new StreamLimits(HOUR_MS);
    let passed = 0;
    limits.on('data', (chunk: Buffer) => (passed += chunk.length));
    limits.write(Buffer.alloc(8 * MB));
    limits.write(Buffer.alloc(6 * MB));
    limits.end();
    await setImmediate();
    expect(passed).toBe(10 * MB);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(passed / MB).toBeCloseTo(12, 0);
    expect(limits.readableEnded).toBe(false);
    await jest.advanceTimersByTimeAsync(1_100);
    expect([passed, limits.readableEnded]).toEqual([14 * MB, true]);
  });

  test('what is throttled is no silence', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const limits = new StreamLimits(1_000);
    limits.resume();
    limits.write(Buffer.alloc(22 * MB));
    await setImmediate();
    await jest.advanceTimersByTimeAsync(5_100);
    expect(limits.destroyed).toBe(false);
    limits.destroy();
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('silence', () => {
  let harness: Harness;
  let backend: Server | undefined;
  afterEach(async () => {
    backend?.closeAllConnections();
    backend?.close();
    backend = undefined;
    await harness.close();
  });

  const TimeoutInMillis = 900_000;
  const start = async (
    types: string[],
    handler: (event: any, sink: StreamSink) => unknown,
  ): Promise<void> => {
    const functions = new FakeFunctions();
    const arn = functions.add('stream', handler as never);
    const streaming = lambdaProxy(arn, { ResponseTransferMode: 'STREAM', TimeoutInMillis });
    const stack = new StackBuilder('api1', { EndpointConfiguration: { Types: types } });
    harness = await Harness.start(stack.stage().method('GET', '/', streaming), functions);
  };

  /** The answer's head; nothing of it when the gateway is silent. */
  const call = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      request(harness.url(), { agent: false }, resolve).on('error', reject).end();
    });
  const end = (answer: IncomingMessage): Promise<boolean> =>
    new Promise((resolve) => {
      answer.on('error', () => undefined);
      answer.on('close', () => resolve(answer.complete));
      answer.resume();
    });
  /** Time of the engine; that of the sockets goes on. */
  const holdTime = () =>
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });

  test.each([
    [['EDGE'], 30_000],
    [['REGIONAL'], 300_000],
    [['PRIVATE'], 300_000],
  ])('breaks off the stream of a %s API after %d ms (AG §7.9)', async (types, idleMs) => {
    let sink!: StreamSink;
    await start(types, (_event, to) => {
      sink = to;
      sink.write(HEAD, () => undefined);
      return new Promise(() => undefined);
    });
    holdTime();
    const answer = await call();
    const ended = end(answer);
    jest.advanceTimersByTime(idleMs - 1);
    const more = new Promise((resolve) => answer.once('data', resolve));
    sink.write(Buffer.from('more'), () => undefined);
    await more;
    jest.advanceTimersByTime(idleMs - 1);
    await setImmediate();
    expect(answer.destroyed).toBe(false);
    jest.advanceTimersByTime(1);
    expect(await ended).toBe(false);
    const detail = `broken off: nothing came for ${idleMs / 1000} s, the idle limit of streams`;
    expect(harness.records).toEqual([expect.objectContaining({ status: 200, detail })]);
  });

  test('is a time-out before the head of a function', async () => {
    let begun!: () => void;
    const running = new Promise<void>((resolve) => (begun = resolve));
    await start(['EDGE'], () => {
      begun();
      return new Promise(() => undefined);
    });
    holdTime();
    const answer = call();
    await running;
    jest.advanceTimersByTime(30_000);
    expect((await answer).statusCode).toBe(504);
  });

  test('is a time-out before the head of a backend', async () => {
    let asked!: () => void;
    const waiting = new Promise<void>((resolve) => (asked = resolve));
    backend = createServer(() => asked());
    await new Promise<void>((resolve) => backend?.listen(0, '127.0.0.1', resolve));
    const Uri = `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`;
    const integration = { Type: 'HTTP_PROXY', IntegrationHttpMethod: 'GET', Uri, TimeoutInMillis };
    harness = await Harness.start(
      new StackBuilder().stage().method('GET', '/', { ...integration, ResponseTransferMode: 'STREAM' }),
    );
    holdTime();
    const answer = call();
    await waiting;
    jest.advanceTimersByTime(30_000);
    expect((await answer).statusCode).toBe(504);
  });
});
