import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { backendCosts, callCosts, type CostLine } from '../../cli/aws/call-cost';
import { describeCreation } from '../../cli/aws/cost';
import { MONTH_SECONDS, PRICES, restApiCalls } from '../../cli/aws/prices';
import {
  CALLS_PER_ENVIRONMENT,
  lastUse,
  MILLION_ACCOUNTS,
  millionAccounts,
  oneAccount,
  overageScans,
  withTotal,
} from './scale-cost';
import { DEFAULT_LEASE_DURATION } from '../../lib/authorizer/memory';
import { leaseSeconds } from '../../lib/domain/lease';
import { ROOT } from './markdown';

const PAGE = readFileSync(join(ROOT, 'docs', 'costs.md'), 'utf8').replace(/ +/g, ' ');
const dollars = (amount: number) =>
  amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const count = (amount: number) => amount.toLocaleString('en-US');

const LINES: readonly [string, CostLine][] = [
  ...withTotal(callCosts()).map((line): [string, CostLine] => ['a million calls', line]),
  ...withTotal(millionAccounts()).map((line): [string, CostLine] => ['a million accounts', line]),
  ...withTotal(oneAccount(10_000, 500)).map((line): [string, CostLine] => ['one account', line]),
];

test.each(LINES.map(([of, line]) => [of, line.what, dollars(line.dollars)]))(
  '%s, %s: %s',
  (_, what, amount) => {
    expect(PAGE).toContain(`| ${what} | ${amount} |`);
  },
);

test('the backend and the round sum are those that the quick start names', () => {
  const [fn, log] = backendCosts();
  expect(PAGE).toContain(
    `adds ${dollars(fn!.dollars)} for the function and ${dollars(log!.dollars)} for its log`,
  );
  expect(PAGE).toContain(`the roughly ${describeCreation({}).cost.perMillionCalls} dollars`);
});

test.each([10, 100, 1_000, 10_000, 50_000, 100_000])('leases at %i calls per second', (rate) => {
  const environments = Math.max(1, rate / CALLS_PER_ENVIRONMENT);
  const seconds = leaseSeconds(rate / environments, rate, DEFAULT_LEASE_DURATION.toSeconds());
  const writes = environments / seconds;
  const cells = [count(rate), count(environments), `${seconds} s`, count(writes), count(rate / writes)];
  expect(PAGE).toContain(`| ${cells.join(' | ')} |`);
  expect(writes).toBeLessThanOrEqual(1_000);
});

test('what is said in words', () => {
  const { accounts, callsPerAccount } = MILLION_ACCOUNTS;
  const calls = (accounts * callsPerAccount) / 1e6;
  expect(PAGE).toContain(`${calls} million calls a month`);
  expect(PAGE).toContain(
    `the ${dollars(calls * PRICES.dynamoDbWrites)} for writes become at most ${dollars(calls * PRICES.dynamoDbReads)} for reads`,
  );
  expect(PAGE).toContain(`and ${dollars(lastUse())} for a write`);
  expect(PAGE).toContain(`for units beyond soft limits: ${dollars(overageScans())} more`);
  const month = (10_000 * MONTH_SECONDS) / 1e6;
  expect(PAGE).toContain(`${count(month)} million calls:`);
  expect(PAGE).toContain(`A write per call would be ${dollars(month * PRICES.dynamoDbWrites)} dollars`);
});

test('tiers of API Gateway are filled one after the other', () => {
  expect(restApiCalls(333)).toBeCloseTo(333 * 3.5);
  expect(restApiCalls(1_000)).toBeCloseTo(333 * 3.5 + 667 * 2.8);
  expect(restApiCalls(20_001)).toBeCloseTo(333 * 3.5 + 667 * 2.8 + 19_000 * 2.38 + 1.51);
});
