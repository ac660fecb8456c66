import { type AdminServer, MovableClock, startAdminServer } from '../../../local';

const DAY_MS = 86_400_000;

let clock: MovableClock;
let admin: AdminServer;
beforeEach(async () => {
  clock = new MovableClock(DAY_MS);
  admin = await startAdminServer(clock);
});
afterEach(() => admin.close());

async function ask(path: string, body?: string, authorization = `Bearer ${admin.token}`) {
  const method = body === undefined ? 'GET' : 'POST';
  const response = await fetch(`${admin.url}${path}`, { method, body, headers: { authorization } });
  return { status: response.status, body: (await response.json()) as any };
}

test('tells where the clock stands', async () => {
  const { status, body } = await ask('/clock');
  expect({ status, body }).toMatchObject({ status: 200, body: { offsetMs: DAY_MS } });
  expect(Math.abs(Date.parse(body.now) - clock.now())).toBeLessThan(DAY_MS / 2);
});

test('moves it by a duration, and to an instant', async () => {
  expect((await ask('/clock', JSON.stringify({ by: DAY_MS }))).body.offsetMs).toBe(2 * DAY_MS);
  const to = Date.UTC(2090, 0, 1);
  expect((await ask('/clock', JSON.stringify({ to }))).body.now).toMatch(/^2090-01-01T/);
});

test.each([
  ['a negative duration', { by: -1 }, 'ClockBackwards'],
  ['an instant that has passed', { to: 0 }, 'ClockBackwards'],
  ['an instant beyond all dates', { to: 9e15 }, 'ClockOutOfRange'],
  ['a duration beyond all dates', { by: 1e300 }, 'ClockOutOfRange'],
  ['text', { by: '3d' }, 'ClockMoveInvalid'],
  ['both', { by: 1, to: 1 }, 'ClockMoveInvalid'],
  ['nothing', null, 'ClockMoveInvalid'],
])('refuses %s, and the clock stays', async (_, move, code) => {
  expect(await ask('/clock', JSON.stringify(move))).toMatchObject({ status: 400, body: { code } });
  expect(clock.offsetMs).toBe(DAY_MS);
});

test.each(['', '{', '"', '[]', 'x'.repeat(100_000)])('refuses a body that is no move: %#', async (body) => {
  expect(await ask('/clock', body)).toMatchObject({ status: 400, body: { code: 'ClockMoveInvalid' } });
});

test.each(['', 'Bearer', 'Bearer x', `Bearer ${'0'.repeat(64)}`])(
  'does nothing for a caller without the token: %j',
  async (authorization) => {
    const move = JSON.stringify({ by: DAY_MS });
    expect(await ask('/clock', move, authorization)).toMatchObject({ status: 401 });
    expect(clock.offsetMs).toBe(DAY_MS);
  },
);

test('names what there is', async () => {
  expect(await ask('/date')).toMatchObject({ status: 404, body: { code: 'NoSuchOperation' } });
});
