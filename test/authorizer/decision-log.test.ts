import fc from 'fast-check';
import type { Verdict } from '../../lambda/authorizer/admission';
import { decisionLines } from '../../lambda/authorizer/decision-log';
import { buildAccount } from './support/builders';

const REFUSED = { kind: 'refuse', plan: 'pro', path: 'read' } as const;

const VERDICTS: readonly [Verdict, metric: string, said: object][] = [
  [
    { kind: 'allow', account: buildAccount(), path: 'lease' },
    'Allowed',
    { level: 'INFO', outcome: 'allow', plan: 'pro', path: 'lease' },
  ],
  [
    { kind: 'allow', account: undefined, path: 'read' },
    'Allowed',
    { level: 'INFO', outcome: 'allow', path: 'read' },
  ],
  [
    { ...REFUSED, refusal: { kind: 'unauthorized', cause: 'unknown_key' }, plan: undefined },
    'Unauthorized',
    { level: 'INFO', outcome: 'unauthorized', cause: 'unknown_key', path: 'read' },
  ],
  [
    { ...REFUSED, refusal: { kind: 'payment-required', reason: 'trial_ended' } },
    'PaymentRequired',
    { level: 'INFO', outcome: 'payment-required', reason: 'trial_ended', plan: 'pro', path: 'read' },
  ],
  [
    { ...REFUSED, refusal: { kind: 'forbidden', cause: 'scope_missing' } },
    'Forbidden',
    { level: 'INFO', outcome: 'forbidden', cause: 'scope_missing', plan: 'pro', path: 'read' },
  ],
  [
    { kind: 'unavailable', cause: 'account_contended', path: 'take' },
    'Fault',
    { level: 'ERROR', outcome: 'unavailable', cause: 'account_contended', path: 'take' },
  ],
];

const entry = fc.record({
  requestId: fc.string({ unit: 'binary' }),
  account: fc.string(),
  keyId: fc.string(),
  route: fc.string({ unit: 'binary' }),
  durationMs: fc.integer({ min: 0, max: 30_000 }),
  timestamp: fc.integer({ min: 0, max: 4_000_000_000_000 }),
});

test.each(VERDICTS)(
  '%j is one line of JSON that counts for %s, whatever it holds',
  (verdict, metric, said) => {
    fc.assert(
      fc.property(entry, fc.string({ unit: 'binary' }), ({ timestamp, ...members }, functionName) => {
        const line = decisionLines(functionName)({ ...members, timestamp }, verdict);
        expect(line).not.toContain('\n');
        expect(JSON.parse(line)).toEqual({
          message: 'decision',
          ...said,
          ...members,
          FunctionName: functionName,
          [metric]: 1,
          _aws: {
            Timestamp: timestamp,
            CloudWatchMetrics: [
              {
                Namespace: 'CdkApiPaywall',
                Dimensions: [['FunctionName']],
                Metrics: [{ Name: metric, Unit: 'Count' }],
              },
            ],
          },
        });
      }),
    );
  },
);
