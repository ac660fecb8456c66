import { DAY, HOUR, MONTH, START } from './support/clock';
import { ACCOUNT, buildDesk, newAccount } from './support/desk';
import { MemoryBillingTable } from './support/memory-billing-table';
import { StripeModel } from './support/stripe-model';

const RENEWAL = START + MONTH;
const PRO = { price: 'price_pro' };

/**
 * Access at an instant, when each event arrives `lag` after Stripe made it. Stripe's sequence at a renewal: the period
 * moves and an invoice is drafted; about an hour later it is charged.
 */
async function accessAt(model: StripeModel, instant: number, lag: number): Promise<boolean> {
  const table = new MemoryBillingTable();
  table.contents.accounts[ACCOUNT] = newAccount();
  const { receive } = buildDesk(table);
  for (const event of model.events) {
    if (event.created * 1_000 + lag <= instant) await receive(event);
  }
  return instant < table.contents.accounts[ACCOUNT]!.accessUntil;
}

const linked = (): StripeModel => new StripeModel().checkout(ACCOUNT).subscribe(PRO);

describe.each([
  ['at once', 0],
  ['after an hour', HOUR],
  ['after almost five hours', 5 * HOUR - 1],
])('events that arrive %s', (_name, lag) => {
  test('a payer is let in at every hour around the renewal', async () => {
    const model = linked().beginPeriod().chargeSucceeds();
    for (let at = RENEWAL - 2 * HOUR; at < RENEWAL + 12 * HOUR; at += HOUR / 2) {
      expect([at, await accessAt(model, at, lag)]).toEqual([at, true]);
    }
  });

  test('a renewal whose charge fails gives the days of grace, and no month', async () => {
    const model = linked().beginPeriod().chargeFails();
    for (let at = RENEWAL; at < RENEWAL + 3 * DAY; at += 4 * HOUR) {
      expect([at, await accessAt(model, at, lag)]).toEqual([at, true]);
    }
    for (const at of [RENEWAL + 3 * DAY, RENEWAL + 10 * DAY, RENEWAL + MONTH - 1]) {
      expect([at, await accessAt(model, at, lag)]).toEqual([at, false]);
    }
  });

  test('who pays within the grace is never locked out', async () => {
    const model = linked().beginPeriod().chargeFails().wait(DAY).recover();
    for (let at = RENEWAL; at < RENEWAL + 6 * DAY; at += 4 * HOUR) {
      expect([at, await accessAt(model, at, lag)]).toEqual([at, true]);
    }
  });

  test('a trial that becomes paid is not interrupted', async () => {
    const model = new StripeModel().checkout(ACCOUNT).subscribe({ ...PRO, trial: 14 * DAY });
    model.beginPeriod().chargeSucceeds();
    for (let at = START + 14 * DAY - HOUR; at < START + 14 * DAY + 12 * HOUR; at += HOUR / 2) {
      expect([at, await accessAt(model, at, lag)]).toEqual([at, true]);
    }
  });
});

test('the draft hour alone opens no month: without the payment access ends with the slack', async () => {
  const model = linked().beginPeriod();
  expect(await accessAt(model, RENEWAL + 6 * HOUR - 1, 0)).toBe(true);
  expect(await accessAt(model, RENEWAL + 6 * HOUR, 0)).toBe(false);
});

test('a scheduled end is kept to the millisecond', async () => {
  const model = linked()
    .wait(DAY)
    .update((s) => (s.cancelAt = s.periodEnd));
  expect(await accessAt(model, RENEWAL - 1, 0)).toBe(true);
  expect(await accessAt(model, RENEWAL, 0)).toBe(false);
});

test('many months of failed renewals buy one grace', async () => {
  const model = linked();
  for (let month = 0; month < 15; month += 1) model.beginPeriod().chargeFails();
  for (let month = 1; month < 15; month += 1) {
    expect(await accessAt(model, RENEWAL + month * MONTH + 2 * HOUR, 0)).toBe(false);
  }
});
