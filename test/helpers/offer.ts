import type { CatalogueDefinition } from '../../lib/domain/plan';

/** A small catalogue with one plan of each kind. */
export function buildOffer(overrides: Partial<CatalogueDefinition> = {}): CatalogueDefinition {
  return {
    plans: [
      {
        id: 'free',
        kind: 'free',
        quota: { limit: 100, period: 'day', anchor: 'calendar' },
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
      { id: 'unlimited', kind: 'paid', trialDays: 0, graceDays: 3 },
    ],
    routes: [{ pattern: 'GET /account', routeClass: 'identified' }],
    keyPrefix: 'pw_test',
    problemTypeBase: 'https://problems.example/',
    actionUrls: { subscribe: 'https://shop.example/plans?account={account}' },
    ...overrides,
  };
}
