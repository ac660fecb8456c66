import { drawFromPeriod } from '../../lib/domain/quota';
import { CliAccounts } from '../helpers/cli-accounts';
import { NOW } from '../helpers/now';

let cli: CliAccounts;
let account: string;
let made = 0;

beforeAll(async () => (cli = await CliAccounts.start()));
afterAll(() => cli.stop());
beforeEach(async () => {
  account = `acme${(made += 1)}`;
  await cli.paywall('accounts', 'create', account, '--plan', 'pro');
});

const change = (...options: string[]) => cli.paywall('accounts', 'change', account, ...options);
const show = async () => (await cli.paywall('accounts', 'show', account)).standing;

/** Opens the account's month of 1,000 units and uses 300 of them. */
async function use300(): Promise<void> {
  const admission = { credential: { accountId: account }, plans: ['pro'], now: NOW };
  const from = (await cli.admin.findAccount(account))!;
  const to = { id: 'month-20260501T000000Z', start: NOW, end: NOW + 1000 };
  await cli.store.rollOver({ ...admission, from, to, remaining: 1000, units: 0, closesOverage: false });
  await cli.store.take({ ...admission, draw: drawFromPeriod(300) });
}

test('a limit of its own holds at once, and what was used stays used', async () => {
  await use300();
  expect(await change('--limit', '500')).toMatchObject({
    exitCode: 0,
    code: 'AccountChanged',
    changed: true,
    standing: { plan: 'pro', quota: { limit: 500, remaining: 200, ownLimit: true } },
  });
  expect(cli.output.text).toContain('200 of 500 units left until');
  expect(cli.output.text).toContain('a limit of its own');
  expect(await change('--limit', 'plan')).toMatchObject({
    standing: { quota: { limit: 1000, remaining: 700 } },
  });
  expect((await show()).quota).not.toHaveProperty('ownLimit');
});

test('another plan', async () => {
  await use300();
  expect(await change('--plan', 'unlimited')).toMatchObject({ standing: { plan: 'unlimited' } });
  expect(await show()).not.toHaveProperty('quota');
});

test('the routes of another plan, until they are taken away', async () => {
  await change('--routes-of', 'unlimited');
  expect(await show()).toMatchObject({ plan: 'pro', routesOf: 'unlimited' });
  expect(cli.output.text).toContain('and of unlimited');
  await change('--routes-of', 'none');
  expect(await show()).not.toHaveProperty('routesOf');
});

test('access that ends, and that does not', async () => {
  expect(await change('--access-until', '-1d')).toMatchObject({
    standing: { now: { status: 402, problem: { reason: 'no_subscription' } } },
  });
  expect(await change('--access-until', 'never')).toMatchObject({
    standing: { accessUntil: null, now: { status: 200 } },
  });
});

test('a suspension, and its end', async () => {
  expect(await change('--suspend')).toMatchObject({ standing: { suspended: true, now: { status: 403 } } });
  expect(await change('--no-suspend')).toMatchObject({
    standing: { suspended: false, now: { status: 200 } },
  });
});

test('says so when nothing had to be changed', async () => {
  expect(await change('--plan', 'pro')).toMatchObject({ exitCode: 0, changed: false });
  expect(cli.output.text).toContain('nothing was changed');
});

test('warns where a subscription will set the plan again', async () => {
  await cli.set(account, 'billingRev', 4);
  await change('--plan', 'free');
  expect(cli.output.messages.map(({ code }) => code)).toEqual(['BillingDecides', 'AccountChanged']);
  await change('--limit', '5');
  expect(cli.output.messages.map(({ code }) => code)).toEqual(['AccountChanged']);
});

test.each<[string, string[], string]>([
  ['no option', [], 'NothingToChange'],
  ['a plan that is none', ['--plan', 'gold'], 'UnknownPlan'],
  ['routes of a plan that is none', ['--routes-of', 'gold'], 'UnknownPlan'],
  ['a limit that is no number', ['--limit', 'many'], 'BadUnits'],
  ['a limit of nothing', ['--limit', '0'], 'BadUnits'],
  ['a limit beyond all bounds', ['--limit', '1000000000001'], 'BadUnits'],
  ['a limit on a plan without quota', ['--limit', '5', '--plan', 'unlimited'], 'PlanWithoutQuota'],
  ['an instant that is none', ['--access-until', 'soon'], 'BadInstant'],
])('%s is refused and changes nothing', async (_case, options, code) => {
  const before = await cli.admin.findAccount(account);
  expect(await change(...options)).toMatchObject({ exitCode: 2, code });
  expect(await cli.admin.findAccount(account)).toEqual(before);
});

test('nobody can be changed', async () => {
  const result = await cli.paywall('accounts', 'change', 'nobody', '--plan', 'pro');
  expect(result).toMatchObject({ exitCode: 1, code: 'NoSuchAccount' });
});

describe('credits add', () => {
  const add = (...words: string[]) => cli.paywall('credits', 'add', account, ...words);

  test('adds units once for an id', async () => {
    expect(await add('500', '--id', 'invoice-1')).toMatchObject({
      exitCode: 0,
      code: 'CreditsAdded',
      added: true,
      credits: 500,
    });
    expect(await add('500', '--id', 'invoice-1')).toMatchObject({ exitCode: 0, added: false, credits: 500 });
    expect(cli.output.text).toContain('nothing was added');
    expect(await show()).toMatchObject({ credits: 500 });
    expect(cli.output.text).toContain('500 bought units');
  });

  test.each<[string, string[], object]>([
    ['no id', ['500'], { exitCode: 2, code: 'MissingMandatoryOptionValue' }],
    ['an id that is none', ['500', '--id', 'the first'], { exitCode: 2, code: 'BadCreditId' }],
    ['units that are none', ['-5', '--id', 'a'], { exitCode: 2 }],
    ['half a unit', ['0.5', '--id', 'a'], { exitCode: 2, code: 'BadUnits' }],
  ])('refuses %s', async (_case, words, expected) => {
    expect(await add(...words)).toMatchObject(expected);
    expect(await show()).not.toHaveProperty('credits');
  });

  test('refuses another number of units under the same id', async () => {
    await add('500', '--id', 'a');
    expect(await add('600', '--id', 'a')).toMatchObject({ exitCode: 1, code: 'CreditDiffers' });
  });

  test('refuses an account that is none', async () => {
    const result = await cli.paywall('credits', 'add', 'nobody', '5', '--id', 'a');
    expect(result).toMatchObject({ exitCode: 1, code: 'NoSuchAccount' });
  });
});
