import { buildSync } from 'esbuild';
import { join } from 'node:path';
import { quotaContexts } from '../../lambda/authorizer/quota-context';
import { rateLimitHeaders } from '../../lib/backend';
import { buildAccount, buildCatalogue, NOW } from '../authorizer/support/builders';

const quotaOf = quotaContexts(buildCatalogue());
const countedByUsagePlan = quotaContexts(buildCatalogue({ quotaEnforcement: 'usage-plan' }));

/** The context as API Gateway delivers it: every value is text. */
function event(context: object | null | undefined) {
  const texts = context && Object.fromEntries(Object.entries(context).map(([k, v]) => [k, String(v)]));
  return { requestContext: { authorizer: texts } };
}

test('the quota of the caller, from what the authorizer says', () => {
  const context = quotaOf(buildAccount({ remaining: 42, quotaLimit: 500 }));
  expect(rateLimitHeaders(event(context), NOW)).toEqual({
    'RateLimit-Policy': '"month";q=500;w=2592000',
    RateLimit: '"month";r=42;t=734400',
  });
});

test('what is owed is nothing left, and a period that is over is renewed now', () => {
  const context = quotaOf(buildAccount({ remaining: -3, periodEnd: NOW - 5 }));
  expect(rateLimitHeaders(event(context), NOW).RateLimit).toBe('"month";r=0;t=0');
});

test.each([
  ['a plan without quota', quotaOf(buildAccount({ plan: 'open' }))],
  ['an account without a period', quotaOf(buildAccount({ periodId: 'none' }))],
  ['a quota that a usage plan counts', countedByUsagePlan(buildAccount())],
  ['nobody', quotaOf(undefined)],
  ['no authorizer', undefined],
  ['no context', null],
  ['another context', { limit: '1"2', period: 'month', periodStart: 'x', periodEnd: 'y' }],
  ['a period that is none', { ...quotaOf(buildAccount()), period: 'x";q=1' }],
])('%s has no fields', (_case, context) => {
  expect(rateLimitHeaders(event(context), NOW)).toEqual({});
});

test('a function that uses it is bundled without the CDK', () => {
  const { metafile } = buildSync({
    entryPoints: [join(__dirname, '../../lib/backend.ts')],
    bundle: true,
    platform: 'node',
    write: false,
    metafile: true,
    packages: 'external',
  });
  const [output] = Object.values(metafile.outputs);
  expect(output!.imports).toEqual([]);
});
