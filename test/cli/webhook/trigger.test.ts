import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SCENARIOS } from '../../../cli/webhook/scenarios';
import { PLAIN } from '../../../cli/message';
import type { PlayedRow } from '../../../cli/webhook/play';
import { ROOT } from '../../docs/markdown';
import { PaywallProcess } from '../../helpers/paywall-process';
import { openShop, openShopWithoutApiKey, type Shop } from '../../helpers/shop';

const SIGNING = 'stripe-signing=whsec_of_the_test';

let shop: Shop;
let stripePort: number;

beforeAll(async () => {
  stripePort = await freePort();
  shop = await openShop(
    ...['--secret', SIGNING, 'stripe-key=rk_test_of_nobody'],
    ...['--env', `STRIPE_ENDPOINT_URL=http://127.0.0.1:${stripePort}`],
  );
}, 60_000);
afterAll(() => shop?.close());

/** A port that the system has just given away and taken back. */
async function freePort(): Promise<number> {
  const { port, close } = await occupy(0);
  await close();
  return port;
}

async function occupy(wanted: number): Promise<{ port: number; close(): Promise<void> }> {
  // A schedule of the shop may ask its Stripe at this moment: a connection that is kept would keep the server from closing.
  const server = createServer((socket) => socket.destroy()).listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

type Answered = PlayedRow['before'];
const answer = ({ status, reason }: Answered): string =>
  `${status}${reason === undefined ? '' : ` ${reason}`}`;

/** `+30d invoice.paid applied: 402 payment_failed > 200`; of what only took time there is no event. */
function shown({ elapsedMs, event, delivery, before, after }: PlayedRow): string {
  const day = `+${Math.floor(elapsedMs / 86_400_000)}d`;
  const what = event === null ? 'time' : `${event} ${delivery?.outcome}`;
  return `${day} ${what}: ${answer(before)} > ${answer(after)}`;
}

async function play(...argv: string[]) {
  return await playTo(shop, ...argv);
}

async function playTo(to: Shop, ...argv: string[]) {
  const { exitCode, output } = await to.paywall('webhook', 'trigger', ...argv);
  const data = output.find('ScenarioPlayed').data as {
    rows: PlayedRow[];
    account: string;
    missing: string[];
    clockOffsetMs: number;
  };
  return { exitCode, output, ...data };
}

/** The endpoint asks Stripe, where the invoice of a new subscription is paid already. */
const PURCHASE = [
  '+0d checkout.session.completed applied: 402 no_subscription > 402 no_subscription',
  '+0d customer.subscription.created applied: 402 no_subscription > 200',
  '+0d invoice.paid applied: 200 > 200',
];
const FAILURE = [
  ...PURCHASE,
  '+30d customer.subscription.updated applied: 200 > 200',
  '+30d invoice.payment_failed applied: 200 > 200',
  '+30d customer.subscription.updated applied: 200 > 200',
  '+33d time: 200 > 402 payment_failed',
];
const CANCELLATION = [
  ...PURCHASE,
  '+10d customer.subscription.updated applied: 200 > 200',
  '+30d time: 200 > 402 subscription_canceled',
  '+30d customer.subscription.deleted applied: 402 subscription_canceled > 402 subscription_canceled',
];

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'first-payment': PURCHASE,
  'first-payment-needs-action': [
    '+0d checkout.session.completed applied: 402 no_subscription > 402 no_subscription',
    '+0d customer.subscription.created applied: 402 no_subscription > 402 payment_incomplete',
    '+0d customer.subscription.updated applied: 402 payment_incomplete > 200',
    '+0d invoice.paid applied: 200 > 200',
  ],
  renewal: [
    ...PURCHASE,
    '+30d customer.subscription.updated applied: 200 > 200',
    '+30d invoice.paid applied: 200 > 200',
  ],
  'payment-fails-then-recovers': [
    ...FAILURE,
    '+33d invoice.paid applied: 402 payment_failed > 200',
    '+33d customer.subscription.updated applied: 200 > 200',
  ],
  'payment-fails-for-good': [
    ...FAILURE,
    '+47d customer.subscription.deleted applied: 402 payment_failed > 402 subscription_canceled',
  ],
  'cancel-at-period-end': CANCELLATION,
  'cancel-at-once': [
    ...PURCHASE,
    '+10d customer.subscription.deleted applied: 200 > 402 subscription_canceled',
  ],
  resubscribe: [
    ...CANCELLATION,
    '+35d customer.subscription.created applied: 402 subscription_canceled > 200',
    '+35d invoice.paid applied: 200 > 200',
  ],
  'upgrade-mid-period': [
    ...PURCHASE,
    '+10d customer.subscription.updated applied: 200 > 200',
    '+10d invoice.paid applied: 200 > 200',
  ],
  'trial-with-card': [
    ...PURCHASE,
    '+14d customer.subscription.updated applied: 200 > 200',
    '+14d invoice.paid applied: 200 > 200',
  ],
  'trial-without-card': [
    ...PURCHASE,
    '+14d time: 200 > 402 trial_ended',
    '+14d customer.subscription.deleted applied: 402 trial_ended > 402 trial_ended',
  ],
  pause: [
    ...PURCHASE,
    '+10d customer.subscription.updated applied: 200 > 200',
    '+30d customer.subscription.updated applied: 402 subscription_paused > 402 subscription_paused',
  ],
  refund: [...PURCHASE, '+5d charge.refunded applied: 200 > 402 payment_failed'],
  dispute: [
    ...PURCHASE,
    '+5d charge.dispute.created applied: 200 > 402 payment_failed',
    '+15d charge.dispute.closed applied: 402 payment_failed > 200',
  ],
  'customer-deleted': [
    ...PURCHASE,
    '+5d customer.deleted applied: 200 > 402 subscription_canceled',
    '+5d customer.subscription.deleted applied: 402 subscription_canceled > 402 subscription_canceled',
  ],
};

test('every scenario is expected to do something', () => {
  expect(Object.keys(EXPECTED)).toEqual(SCENARIOS.map(({ name }) => name));
});

test.each(Object.entries(EXPECTED))('%s', async (name, expected) => {
  const { exitCode, rows } = await play(name);
  expect(rows.map(shown)).toEqual(expected);
  expect(exitCode).toBe(0);
});

test.each([
  ['refund', true],
  ['cancel-at-once', true],
  ['cancel-at-period-end', false],
])('%s: whether it may take as long as a lease until access ends is said', async (name, said) => {
  const { output } = await play(name);
  expect(output.find('ScenarioPlayed').data).toMatchObject(said ? { leaseDurationMs: 10_000 } : {});
  expect(output.text.includes('bites within leaseDuration (10 seconds)')).toBe(said);
});

test('the plan is the one that was bought, and the one that it was changed to', async () => {
  const plansOf = async (...argv: string[]) => (await play(...argv)).rows.map(({ plan }) => plan);
  expect((await plansOf('first-payment', '--plan', 'pro')).at(-1)).toBe('pro');
  expect(await plansOf('upgrade-mid-period')).toEqual([null, 'basic', 'basic', 'pro', 'pro']);
});

test('an account that exists is named, keeps its keys, and the key of the story is gone afterwards', async () => {
  await shop.paywall('accounts', 'create', 'acme', '--status', 'none');
  await shop.paywall('keys', 'create', 'acme', '--label', 'own');
  const { rows, account } = await play('first-payment', '--account', 'acme', '--route', 'GET /reports');
  expect(account).toBe('acme');
  expect(rows.at(-1)?.after.status).toBe(200);
  const { output } = await shop.paywall('keys', 'list', 'acme');
  expect(output.find('KeysListed').data).toMatchObject({ keys: [{ label: 'own' }] });
});

test('another customer of an account whose subscription lives is a conflict, and shown as one', async () => {
  const { exitCode, rows } = await play('first-payment', '--account', 'acme', '--customer', 'cus_stranger');
  expect(rows.map(({ delivery }) => delivery?.outcome)).toEqual(['conflict', 'parked', 'parked']);
  expect(exitCode).toBe(0);
});

test('a program reads one object, a person the rows as in the documentation', async () => {
  const asJson = new PaywallProcess(['webhook', 'trigger', 'dispute', '--json'], shop.cwd);
  expect(await asJson.exit()).toBe(0);
  expect(JSON.parse(asJson.stdout)).toMatchObject({
    code: 'ScenarioPlayed',
    complete: true,
    missing: [],
    rows: [
      { event: 'checkout.session.completed' },
      {},
      { after: { status: 200 } },
      { event: 'charge.dispute.created', after: { status: 402 } },
      { event: 'charge.dispute.closed', after: { status: 200 } },
    ],
  });
  const tables: string[] = [];
  for (const scenario of ['payment-fails-then-recovers', 'dispute', 'refund']) {
    const { output, account } = await play(scenario);
    const lines = output.messages
      .filter(({ code }) => code !== 'ScenarioPlayed')
      .map((message) => message.text(PLAIN).trimEnd().replace(account, 'demo1c0ffee2'));
    tables.push(lines.join('\n'));
  }
  const told = tables.join('\n\n');
  const file = join(ROOT, 'docs', 'billing-webhook.md');
  const block = `<!-- played -->\n\n\`\`\`text\n${told}\n\`\`\`\n\n<!-- /played -->`;
  const page = readFileSync(file, 'utf8');
  const updated = page.replace(/<!-- played -->.*<!-- \/played -->/s, block);
  if (process.env.UPDATE_DOCS) writeFileSync(file, updated);
  expect(page).toContain(block);
});

describe('what cannot be played', () => {
  test.each<[string, string[], object]>([
    ['no scenario', [], { code: 'ScenarioNeeded', fix: expect.stringContaining('first-payment') }],
    [
      'a wrong one',
      ['first-paiment'],
      { code: 'UnknownScenario', fix: expect.stringContaining(`'first-payment'`) },
    ],
    ['AWS', ['renewal', '--stack', 'Shop'], { code: 'LocalOnly' }],
    ['an account that is not there', ['renewal', '--account', 'nobody'], { code: 'NoSuchAccount' }],
    ['a malformed account', ['renewal', '--account', 'No Body'], { code: 'BadAccountId' }],
    ['a malformed customer', ['renewal', '--customer', 'acme'], { code: 'BadCustomer' }],
    ['a plan without price', ['renewal', '--plan', 'gold'], { code: 'NoPlanForSale' }],
    ['an upgrade of the dearest plan', ['upgrade-mid-period', '--plan', 'pro'], { code: 'NoDearerPlan' }],
    ['a route that is not there', ['renewal', '--route', 'GET /nothing'], { code: 'RouteNotPaid' }],
    ['a public route', ['renewal', '--route', 'POST /billing/stripe'], { code: 'RouteNotPaid' }],
    ['another webhook', ['renewal', '--webhook', 'Other'], { code: 'UnknownWebhook' }],
  ])('%s', async (_, argv, expected) => {
    const { exitCode, output } = await shop.paywall('webhook', 'trigger', ...argv);
    const { code, data } = output.messages.at(-1)!;
    expect({ code, ...data }).toMatchObject(expected);
    expect(exitCode).not.toBe(0);
  });

  test('the list describes each scenario', async () => {
    const { exitCode, output } = await shop.paywall('webhook', 'trigger', '--list');
    expect(exitCode).toBe(0);
    for (const { name, description } of SCENARIOS)
      expect(output.text).toContain(`${name}`.padEnd(29) + description);
  });
});

test('without a value of the signing secret, it is said how to give one', async () => {
  const other = await openShop();
  try {
    const { exitCode, output } = await other.paywall('webhook', 'trigger', 'renewal');
    expect(exitCode).toBe(1);
    expect(output.find('SecretMissing').data).toMatchObject({ fix: expect.stringContaining('--secret') });
  } finally {
    await other.close();
  }
}, 60_000);

describe("the scenario's Stripe", () => {
  test('a port that is taken is said, and nothing is played', async () => {
    const other = await occupy(stripePort);
    try {
      const { exitCode, output } = await shop.paywall('webhook', 'trigger', 'dispute');
      expect(exitCode).toBe(1);
      expect(output.find('StripeNotServed').data).toMatchObject({
        message: `the scenario's Stripe cannot be served at http://127.0.0.1:${stripePort}: the port is taken`,
      });
      expect(output.messages.map(({ code }) => code)).not.toContain('RowPlayed');
    } finally {
      await other.close();
    }
  });

  test('the port is free again afterwards', async () => {
    await play('first-payment');
    await (await occupy(stripePort)).close();
  });

  test('without an API key, refunds and disputes say which prop and which option are missing', async () => {
    const other = await openShopWithoutApiKey('--secret', SIGNING);
    try {
      for (const [name, event] of [
        ['refund', '+5d charge.refunded applied: 200 > 200'],
        ['dispute', '+5d charge.dispute.created ignored: 200 > 200'],
      ] as const) {
        const { exitCode, rows, output, missing } = await playTo(other, name);
        expect(rows.map(shown)[3]).toBe(event);
        expect(missing).toEqual([
          'stripe.apiKey of BillingWebhook',
          '--env STRIPE_ENDPOINT_URL=http://127.0.0.1:12111 of paywall local',
        ]);
        expect(output.text).toContain(`missing: for a ${name} to end access, ${missing.join(', and ')}\n`);
        expect(exitCode).toBe(0);
      }
      const { rows, output } = await playTo(other, 'first-payment');
      expect(rows.map(shown).slice(1)).toEqual([
        '+0d customer.subscription.created applied: 402 no_subscription > 402 payment_incomplete',
        '+0d invoice.paid applied: 402 payment_incomplete > 200',
      ]);
      expect(output.text).not.toContain('missing');
    } finally {
      await other.close();
    }
  }, 60_000);
});
