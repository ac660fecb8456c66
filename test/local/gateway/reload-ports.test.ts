import { createServer } from 'node:net';
import { type Gateway } from '../../../local/contract';
import { startGateway } from '../../../local/gateway';
import { FakeFunctions } from './support/fake-functions';
import { call } from './support/http';
import { ManualClock } from './support/manual-clock';
import { mock, StackBuilder } from './support/stack-builder';

let gateway: Gateway;
afterEach(() => gateway.close());

const canListen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** Two ports in a row, below those that the system gives away itself. */
async function freePair(): Promise<number> {
  for (;;) {
    const port = 20_000 + 2 * Math.floor(Math.random() * 5_000);
    if ((await canListen(port)) && (await canListen(port + 1))) return port;
  }
}

const stackOf = (apiId: string) => new StackBuilder(apiId).stage().method('GET', '/', mock()).build();

test('an API that takes the place of another finds a port, however often', async () => {
  const port = await freePair();
  const options = { functions: new FakeFunctions(), clock: new ManualClock(), port };
  gateway = await startGateway({ ...options, stacks: [stackOf('api0')] });
  for (const apiId of ['api1', 'api2', 'api3', 'api4']) {
    await gateway.update([stackOf(apiId)]);
    const { url, apiId: served } = gateway.apis[0]!;
    expect([served, gateway.apis.length, (await call(url, '/')).status]).toEqual([apiId, 1, 200]);
    expect([port, port + 1]).toContain(Number(new URL(url).port));
  }
});
