import { NEVER, type AccountRecord } from '../../lib/domain/account';
import { Catalogue, type RouteRequirement } from '../../lib/domain/catalogue';
import type { CatalogueDefinition } from '../../lib/domain/plan';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A Saturday in the middle of a leap year's quarter: nothing starts or ends here by chance. */
export const NOW = Date.parse('2028-02-12T09:30:15.250Z');

export const KEY = 'fingerprint-of-the-key';

export function at(iso: string): number {
  return Date.parse(iso);
}

/** A paying account with units left in an open period. */
export function buildAccount(overrides: Partial<AccountRecord> = {}): AccountRecord {
  return {
    accountId: 'acme',
    plan: 'pro',
    planRev: 1,
    accessUntil: NOW + 10 * DAY,
    lapseReason: 'payment_failed',
    anchorAt: NOW - 40 * DAY,
    periodId: 'month-20280201T000000Z',
    periodEnd: NOW + 5 * DAY,
    remaining: 100,
    keys: { [KEY]: { expiresAt: NEVER, scopes: [] } },
    suspended: false,
    ...overrides,
  };
}

/** Three plans: `free` holds one route, `pro` everything up to a quota, `endless` everything. */
export function buildDefinition(overrides: Partial<CatalogueDefinition> = {}): CatalogueDefinition {
  return {
    plans: [
      {
        id: 'free',
        kind: 'free',
        quota: { limit: 10, period: 'day', anchor: 'calendar' },
        routes: ['GET /hello'],
        trialDays: 0,
        graceDays: 0,
      },
      {
        id: 'pro',
        kind: 'paid',
        quota: { limit: 1000, period: 'month', anchor: 'anniversary' },
        trialDays: 14,
        graceDays: 3,
      },
      { id: 'endless', kind: 'paid', trialDays: 0, graceDays: 3 },
    ],
    routes: [],
    keyPrefix: 'pw',
    problemTypeBase: 'https://example.com/problems/',
    actionUrls: {},
    ...overrides,
  };
}

export function buildCatalogue(overrides: Partial<CatalogueDefinition> = {}): Catalogue {
  return new Catalogue(buildDefinition(overrides));
}

/** A paid route of one unit in `pro` and `endless`. */
export function buildRoute(overrides: Partial<RouteRequirement> = {}): RouteRequirement {
  return { routeClass: 'paid', cost: 1, plans: ['pro', 'endless'], ...overrides };
}
