import { NEVER, type AccountRecord } from '../../../lib/domain/account';
import { Catalogue } from '../../../lib/domain/catalogue';
import type { CatalogueDefinition } from '../../../lib/domain/plan';

export const NOW = Date.parse('2026-11-22T12:00:00Z');
export const PERIOD_END = Date.parse('2026-12-01T00:00:00Z');
export const FINGERPRINT = 'fingerprint-of-the-key';

export function buildAccount(overrides: Partial<AccountRecord> = {}): AccountRecord {
  return {
    accountId: 'acme',
    plan: 'pro',
    planRev: 1,
    accessUntil: NEVER,
    lapseReason: 'payment_failed',
    anchorAt: 0,
    periodId: 'month-20261101T000000Z',
    periodEnd: PERIOD_END,
    remaining: 1000,
    keys: { [FINGERPRINT]: { expiresAt: NEVER, scopes: [] } },
    suspended: false,
    ...overrides,
  };
}

export function buildCatalogue(overrides: Partial<CatalogueDefinition> = {}): Catalogue {
  return new Catalogue({
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
        quota: { limit: 1000, period: 'month', anchor: 'calendar' },
        trialDays: 0,
        graceDays: 3,
      },
      {
        id: 'soft',
        kind: 'paid',
        quota: { limit: 10, period: 'month', anchor: 'calendar', maxOverage: 3 },
        trialDays: 0,
        graceDays: 0,
      },
      { id: 'open', kind: 'paid', trialDays: 0, graceDays: 3 },
    ],
    routes: [
      { pattern: 'GET /account', routeClass: 'identified' },
      { pattern: '* /account/keys', routeClass: 'identified', scope: 'keys:manage' },
      { pattern: 'GET /dear', routeClass: 'paid', cost: 5 },
    ],
    keyPrefix: 'pw',
    problemTypeBase: 'https://example.com/problems/',
    actionUrls: {},
    ...overrides,
  });
}
