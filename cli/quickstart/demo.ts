import type { SubscriptionState } from '../../lib/domain/access';
import type { CatalogueDefinition } from '../../lib/domain/plan';

/** The parts that demo accounts play. */
export type DemoRole =
  'active' | 'paymentFailed' | 'trialEnded' | 'neverSubscribed' | 'smallQuota' | 'tooFast';

export interface DemoAccount {
  readonly id: string;
  readonly title: string;
  readonly plan?: string;
  /** It has an API Gateway key of its own, so that its plan's throttle holds for it alone. */
  readonly ownUsageKey: boolean;
  /** The subscription as it is at `now`, milliseconds since the epoch. */
  subscription(now: number): SubscriptionState;
}

/** The demo as the CLI shows it. */
export interface Demo {
  readonly accounts: Readonly<Record<DemoRole, DemoAccount>>;
  /** Path of the paid method, below the stage. */
  readonly path: string;
  /** Units of the small plan's period. */
  readonly smallQuota: number;
}

export function demoOf(_catalogue: CatalogueDefinition): Demo {
  throw new Error('waiting for lib/quick-start');
}
