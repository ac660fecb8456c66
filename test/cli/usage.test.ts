import { drawFromPeriod } from '../../lib/domain/quota';
import { CliAccounts } from '../helpers/cli-accounts';
import { NOW } from '../helpers/now';

const DAY_MS = 86_400_000;
let cli: CliAccounts;
let account: string;
let made = 0;

beforeAll(async () => (cli = await CliAccounts.start()));
afterAll(() => cli.stop());
beforeEach(async () => {
  account = `acme${(made += 1)}`;
  await cli.paywall('accounts', 'create', account, '--plan', 'pro');
});

/** Opens a period three days ago and uses some units on each of two days. */
async function use(credential: { accountId: string; fingerprint?: string }): Promise<void> {
  const from = (await cli.admin.findAccount(account))!;
  const start = NOW - 3 * DAY_MS;
  const id = `month-${new Date(start).toISOString().replace(/[-:]|\.000/g, '')}`;
  const to = { id, start, end: NOW + DAY_MS };
  const before = { credential, plans: ['pro'], now: NOW - 2 * DAY_MS };
  await cli.store.rollOver({ ...before, from, to, remaining: 900, units: 100, closesOverage: false });
  await cli.store.take({ ...before, now: NOW, draw: drawFromPeriod(300) });
}

test('usage shows what was used, day by day, and what is left', async () => {
  await use({ accountId: account });
  await cli.admin.addCredits(account, { id: 'a', units: 77 });
  const result = await cli.paywall('usage', account);
  expect(result).toMatchObject({
    exitCode: 0,
    code: 'UsageShown',
    plan: 'pro',
    credits: 77,
    quota: { period: 'month', limit: 1000, used: 400, remaining: 600, overage: 0 },
  });
  expect(result.days.map(({ units }: { units: number }) => units)).toEqual([0, 0, 0, 0, 100, 0, 300]);
  expect(cli.output.text).toContain('400 of 1000 units per month (40 %)');
  expect(cli.output.text).toContain('77 bought units');
  const lines = cli.output.text.split('\n').slice(-3);
  expect(lines).toEqual([
    expect.stringMatching(/^ {2}\d{4}-\d\d-\d\d {2}100 {2}█{10}$/),
    expect.stringMatching(/^ {2}\d{4}-\d\d-\d\d {2}0$/),
    expect.stringMatching(/^ {2}\d{4}-\d\d-\d\d {2}300 {2}█{30}$/),
  ]);
});

test('usage of a new account is nothing', async () => {
  expect(await cli.paywall('usage', account)).toMatchObject({ quota: { used: 0, remaining: 1000 } });
});

test.each([
  ['no plan', 'free', null],
  ['a plan without quota', 'unlimited', 'unlimited'],
])('usage with %s is not counted', async (_case, change, plan) => {
  const id = `other${(made += 1)}`;
  await cli.paywall('accounts', 'create', id, ...(plan ? ['--plan', change] : []));
  const result = await cli.paywall('usage', id);
  expect(result).toMatchObject({ exitCode: 0, plan, days: [] });
  expect(result).not.toHaveProperty('quota');
  expect(cli.output.text).toContain('nothing is counted');
});

test('usage of nobody', async () => {
  expect(await cli.paywall('usage', 'nobody')).toMatchObject({ exitCode: 1, code: 'NoSuchAccount' });
});

test('keys list says on which day a key was last used', async () => {
  const { fingerprint } = await cli.paywall('keys', 'create', account);
  await cli.paywall('keys', 'create', account, '--label', 'idle');
  await use({ accountId: account, fingerprint });
  const { keys } = await cli.paywall('keys', 'list', account);
  const today = new Date(NOW).toISOString().slice(0, 10);
  expect(keys.map(({ lastUsedOn }: { lastUsedOn: string | null }) => lastUsedOn).sort()).toEqual([
    today,
    null,
  ]);
  expect(cli.output.text).toContain('last used');
});
