import { connect } from 'node:net';
import type { Gateway } from '../../../local/contract';
import { checkGatewayResources, startGateway } from '../../../local/gateway';
import { FakeFunctions } from './support/fake-functions';
import { Harness } from './support/harness';
import { call } from './support/http';
import { ManualClock } from './support/manual-clock';
import { lambdaProxy, mock, StackBuilder } from './support/stack-builder';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function start(stack: StackBuilder, functions = new FakeFunctions()): Promise<Harness> {
  const harness = await Harness.start(stack, functions);
  closers.push(() => harness.close());
  return harness;
}

const options = (stacks: StackBuilder[], port = 0) => ({
  stacks: stacks.map((s) => s.build()),
  functions: new FakeFunctions(),
  clock: new ManualClock(),
  port,
});

test('every stage is served, with variables and deployment of its own', async () => {
  const functions = new FakeFunctions();
  const echo = functions.add('echo', (event) => ({ body: JSON.stringify(event) }));
  const stack = new StackBuilder()
    .stage('blue', { Variables: { colour: 'blue' } })
    .stage('none')
    .method('GET', '/', lambdaProxy(echo));
  const harness = await start(stack, functions);
  expect(harness.apis.map((a) => a.stage)).toEqual(['blue', 'none']);
  expect((await call(harness.url('blue'), '/')).json).toMatchObject({
    stageVariables: { colour: 'blue' },
    requestContext: { stage: 'blue', deploymentId: 'Deploymentblue' },
  });
  expect((await call(harness.url('none'), '/')).json).toMatchObject({ stageVariables: null });
});

test('a deployment may make the stage by naming it', async () => {
  const stack = new StackBuilder()
    .own('Deployment', 'D', { StageName: 'live', StageDescription: { Variables: { a: 'b' } } })
    .method('GET', '/', mock('$stageVariables.a'));
  const harness = await start(stack);
  expect((await call(harness.url('live'), '/')).text).toBe('b');
});

test.each([
  [100, 'yes', true],
  [0, 'no', false],
])('a canary that takes %d %% of the traffic', async (PercentTraffic, colour, isCanary) => {
  const functions = new FakeFunctions();
  const echo = functions.add('echo', (event) => ({ body: JSON.stringify(event) }));
  const CanarySetting = { PercentTraffic, DeploymentId: 'Next', StageVariableOverrides: { canary: 'yes' } };
  const stack = new StackBuilder()
    .stage('prod', { Variables: { canary: 'no', kept: 'kept' }, CanarySetting })
    .method('GET', '/', mock('$stageVariables.canary $stageVariables.kept $context.isCanaryRequest'))
    .method('GET', '/event', lambdaProxy(echo));
  const harness = await start(stack, functions);
  expect((await harness.call('/')).text).toBe(`${colour} kept ${isCanary}`);
  expect((await harness.call('/event')).json.requestContext).toMatchObject({
    isCanaryRequest: isCanary,
    deploymentId: isCanary ? 'Next' : 'Deploymentprod',
  });
});

/** Other tests take ports meanwhile: of a free one the next may be taken. */
async function onNeighbouringPorts(
  start: (port: number) => Promise<Gateway>,
): Promise<{ gateway: Gateway; port: number }> {
  for (;;) {
    const probe = await startGateway(options([new StackBuilder('a').stage().method('GET', '/', mock())]));
    const port = Number(new URL(probe.apis[0]!.url).port);
    await probe.close();
    try {
      return { gateway: await start(port), port };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

test('each API has a port of its own, counted from the first', async () => {
  const stacks = () => [
    new StackBuilder('a').stage().method('GET', '/', mock('a')),
    new StackBuilder('b').stage().method('GET', '/', mock('b')),
  ];
  const { gateway, port } = await onNeighbouringPorts((first) => startGateway(options(stacks(), first)));
  closers.push(() => gateway.close());
  expect(gateway.apis.map((a) => a.url)).toEqual([
    `http://127.0.0.1:${port}/prod/`,
    `http://127.0.0.1:${port + 1}/prod/`,
  ]);
  expect((await call(gateway.apis[1]?.url as string, '/')).text).toBe('b');
});

test('a port that is taken: the system error, and nothing stays open', async () => {
  const first = await startGateway(options([new StackBuilder().stage().method('GET', '/', mock())]));
  closers.push(() => first.close());
  const port = Number(new URL(first.apis[0]?.url as string).port);
  const stack = new StackBuilder().stage().method('GET', '/', mock());
  await expect(startGateway(options([stack], port))).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('close finishes what is in flight', async () => {
  const functions = new FakeFunctions();
  let release = (): void => undefined;
  let entered = (): void => undefined;
  const isIn = new Promise<void>((resolve) => (entered = resolve));
  const slow = functions.add('slow', async () => {
    entered();
    await new Promise<void>((resolve) => (release = resolve));
    return { body: 'done' };
  });
  const harness = await start(new StackBuilder().stage().method('GET', '/', lambdaProxy(slow)), functions);
  const answer = harness.call('/');
  await isIn;
  const closed = harness.close();
  release();
  expect((await answer).text).toBe('done');
  await closed;
});

test('close does not wait for connections that nobody uses', async () => {
  const harness = await start(new StackBuilder().stage().method('GET', '/', mock()));
  const { hostname, port } = new URL(harness.url());
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const dropped = new Promise((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => socket.once('connect', resolve));
  await harness.call('/');
  await harness.close();
  await dropped;
});

test('an API without a stage is noticed, not served', async () => {
  const stack = new StackBuilder().method('GET', '/', mock());
  expect(checkGatewayResources([stack.build()])).toMatchObject([
    { severity: 'notice', code: 'RestApiWithoutStage' },
  ]);
  const gateway = await startGateway(options([stack]));
  expect(gateway.apis).toEqual([]);
  await gateway.close();
});
