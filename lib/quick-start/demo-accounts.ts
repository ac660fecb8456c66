import type { LapseReason } from '../domain/reason';

/** An account that the quick start seeds, and what its first call is answered. */
export interface DemoAccount {
  readonly id: string;
  /** Absent: never subscribed. */
  readonly plan?: string;
  /** Absent: access is granted. */
  readonly lapsed?: LapseReason;
  /** Has an API Gateway key of its own, so that its plan's throttle holds for it alone. */
  readonly ownKey: boolean;
  /** One line for people. */
  readonly shows: string;
}

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { id: 'demoactive', plan: 'pro', ownKey: false, shows: 'an active subscription: 200' },
  {
    id: 'demopastdue',
    plan: 'pro',
    lapsed: 'payment_failed',
    ownKey: false,
    shows: 'a failed payment, grace over: 402 payment_failed',
  },
  {
    id: 'demotrial',
    plan: 'pro',
    lapsed: 'trial_ended',
    ownKey: false,
    shows: 'a trial that has ended: 402 trial_ended',
  },
  { id: 'demonone', ownKey: false, shows: 'never subscribed: 402 no_subscription' },
  { id: 'demosmall', plan: 'tiny', ownKey: false, shows: 'three units a day: 200s, then 402 quota_exceeded' },
  { id: 'demofast', plan: 'slow', ownKey: true, shows: 'one request per second: 200s, then 429' },
];
