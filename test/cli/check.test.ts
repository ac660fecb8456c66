import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { demoCases, mistype } from '../../cli/quickstart/cases';
import { describeAnswers, runChecks } from '../../cli/quickstart/check';
import { curlLine } from '../../cli/quickstart/curl';
import type { Demo, DemoRole } from '../../cli/quickstart/demo';
import { composeKey, parseKey, SECRET_BYTES } from '../../lib/domain/key';

const ROLES: DemoRole[] = [
  'active',
  'paymentFailed',
  'trialEnded',
  'neverSubscribed',
  'smallQuota',
  'tooFast',
];
const demo: Demo = {
  path: 'hello',
  smallQuota: 3,
  accounts: Object.fromEntries(
    ROLES.map((role) => [
      role,
      {
        id: role.toLowerCase(),
        shows: role,
        ownKey: false,
      },
    ]),
  ) as Demo['accounts'],
};
const keys = new Map(
  ROLES.map((role) => [
    role.toLowerCase(),
    composeKey('pw', role.toLowerCase(), Buffer.alloc(SECRET_BYTES, role)),
  ]),
);

/** Answers as the demo does, told by the account in the key. */
function answersLikeTheDemo(): (key: string | undefined) => { status: number; reason?: string } {
  const calls = new Map<string, number>();
  return (key) => {
    const account = key === undefined ? undefined : parseKey(key)?.accountId;
    if (account === undefined) return { status: 401 };
    const count = (calls.get(account) ?? 0) + 1;
    calls.set(account, count);
    switch (account) {
      case 'paymentfailed':
        return { status: 402, reason: 'payment_failed' };
      case 'trialended':
        return { status: 402, reason: 'trial_ended' };
      case 'neversubscribed':
        return { status: 402, reason: 'no_subscription' };
      case 'smallquota':
        return count <= 3 ? { status: 200 } : { status: 402, reason: 'quota_exceeded' };
      case 'toofast':
        return count <= 2 ? { status: 200 } : { status: 429 };
      default:
        return { status: 200 };
    }
  };
}

describe('runChecks', () => {
  let server: Server;
  let baseUrl: string;
  let answer: ReturnType<typeof answersLikeTheDemo>;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { status, reason } = answer(request.headers.authorization?.replace('Bearer ', ''));
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(reason === undefined ? {} : { reason }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prod/`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    answer = answersLikeTheDemo();
  });

  test('passes each case of an API that answers as the demo should', async () => {
    const rows = await runChecks(demoCases(demo), baseUrl, keys);
    expect(rows.filter((row) => !row.passed)).toEqual([]);
    expect(rows).toHaveLength(8);
  });

  test.each([
    ['everybody is let in', { status: 200 }, 8 - 1],
    ['everybody is refused', { status: 402, reason: 'no_subscription' }, 8 - 1],
    ['the gateway is broken', { status: 500 }, 8],
  ])('fails when %s', async (_, always, failures) => {
    answer = () => always;
    const rows = await runChecks(demoCases(demo), baseUrl, keys);
    expect(rows.filter((row) => !row.passed)).toHaveLength(failures);
  });

  test('fails a case when nothing answers', async () => {
    const [row] = await runChecks(demoCases(demo).slice(0, 1), 'http://127.0.0.1:1/prod/', keys);
    expect(row).toMatchObject({ passed: false, actual: expect.stringContaining('no answer') });
  });
});

test('a mistyped key is not a key', () => {
  for (const key of keys.values()) {
    expect(parseKey(key)).toBeDefined();
    expect(parseKey(mistype(key))).toBeUndefined();
  }
});

test('answers in order are told run by run, answers at once by kind', () => {
  const answers = [{ status: 200 }, { status: 429 }, { status: 200 }];
  expect(describeAnswers(answers, false)).toBe('200, then 429, then 200');
  expect(describeAnswers(answers, true)).toBe('2 x 200, 429');
});

test('curl lines can be pasted', () => {
  const lines = demoCases(demo).map((demoCase) => curlLine(demoCase, 'http://127.0.0.1:4000/prod/', keys));
  expect(lines[0]).toBe('curl -i http://127.0.0.1:4000/prod/hello');
  expect(lines[2]).toBe(
    `curl -i -H 'Authorization: Bearer ${keys.get('active')}' http://127.0.0.1:4000/prod/hello`,
  );
  expect(lines[6]).toBe(
    `curl -i -H 'Authorization: Bearer ${keys.get('smallquota')}' 'http://127.0.0.1:4000/prod/hello?call=[1-4]'`,
  );
});
