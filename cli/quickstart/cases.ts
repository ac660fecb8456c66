import type { Answer } from './http-call';
import { describeAnswers } from './check';
import type { Demo, DemoRole } from './demo';

/** What the answers of a case have to be: for people, and as a test. */
export interface Expectation {
  readonly text: string;
  holds(answers: readonly Answer[]): boolean;
}

/** One thing that the demo shows: calls of one kind, and what they answer. */
export interface DemoCase {
  readonly title: string;
  /** Path below the stage, without a leading slash. */
  readonly path: string;
  readonly calls: number;
  /** All calls at once rather than one after the other. */
  readonly atOnce: boolean;
  /** The key that the caller sends; `undefined`: none. */
  credential(keys: ReadonlyMap<string, string>): string | undefined;
  readonly expected: Expectation;
}

/** Calls at once that are more than the slow plan's burst lets through. */
const HURRY = 20;

/** The cases of the demo, in the order in which a newcomer would ask for them. */
export function demoCases(demo: Demo): DemoCase[] {
  const base = { path: demo.path, calls: 1, atOnce: false };
  const own = (role: DemoRole) => ({
    credential: (keys: ReadonlyMap<string, string>) => keys.get(demo.accounts[role].id),
  });
  const limit = demo.smallQuota;
  const quotaAnswers = [
    ...Array.from({ length: limit }, () => ({ status: 200 })),
    { status: 402, reason: 'quota_exceeded' },
  ];
  return [
    { ...base, title: 'no key', credential: () => undefined, expected: exactly([{ status: 401 }]) },
    {
      ...base,
      title: 'mistyped key',
      credential: (keys) => mistype(keys.get(demo.accounts.active.id) ?? ''),
      expected: exactly([{ status: 401 }]),
    },
    { ...base, ...own('active'), title: 'active account', expected: exactly([{ status: 200 }]) },
    { ...base, ...own('paymentFailed'), title: 'payment failed', expected: refused('payment_failed') },
    { ...base, ...own('trialEnded'), title: 'trial ended', expected: refused('trial_ended') },
    { ...base, ...own('neverSubscribed'), title: 'never subscribed', expected: refused('no_subscription') },
    {
      ...base,
      ...own('smallQuota'),
      title: 'small quota',
      calls: limit + 1,
      expected: exactly(quotaAnswers),
    },
    { ...base, ...own('tooFast'), title: 'too fast', calls: HURRY, atOnce: true, expected: someThrottled() },
  ];
}

/** The same key with one character of its secret changed, as a person would copy it wrong. */
export function mistype(key: string): string {
  const at = key.length - 10;
  return `${key.slice(0, at)}${key[at] === 'a' ? 'b' : 'a'}${key.slice(at + 1)}`;
}

function exactly(answers: readonly Answer[]): Expectation {
  const text = describeAnswers(answers, false);
  return { text, holds: (got) => describeAnswers(got, false) === text };
}

function refused(reason: string): Expectation {
  return exactly([{ status: 402, reason }]);
}

function someThrottled(): Expectation {
  return {
    text: 'some 200, some 429',
    holds: (got) => {
      const statuses = new Set(got.map(({ status }) => status));
      return statuses.size === 2 && statuses.has(200) && statuses.has(429);
    },
  };
}
