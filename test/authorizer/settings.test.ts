import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../lambda/authorizer/settings';
import { buildCatalogue } from './support/builders';

const ENVIRONMENT = {
  ACCOUNT_TABLE: 'table',
  AWS_LAMBDA_FUNCTION_NAME: 'authorizer',
  CREDENTIAL_SOURCE: 'bearer',
  LEASE_DURATION_MS: '10000',
  OUTAGE_GRACE_MS: '30000',
  OUTAGE_POLICY: 'refuse',
  USAGE_KEY_SCOPE: 'scope',
  POOL_KEYS: '8',
  KEYS_REQUIRED: 'true',
  RESULTS_CACHED: 'false',
};

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'settings-'));
  writeFileSync(join(directory, 'catalogue.json'), JSON.stringify(buildCatalogue().definition));
});
afterAll(() => rmSync(directory, { recursive: true }));

test('reads environment and catalogue', () => {
  expect(readSettings(ENVIRONMENT, directory)).toEqual({
    tableName: 'table',
    functionName: 'authorizer',
    credentialSource: 'bearer',
    identities: { acceptsKeys: true, tokenIssuers: [] },
    admission: { leaseDurationMs: 10_000, outageGraceMs: 30_000, admitKnownPayersMs: 0 },
    usageKeys: { scope: 'scope', poolKeys: 8, required: true },
    resultsCached: false,
    catalogue: buildCatalogue().definition,
  });
});

test('known payers are admitted only where the policy says so', () => {
  const declared = { ...ENVIRONMENT, OUTAGE_POLICY: 'admit-known-payers', ADMIT_GRACE_MS: '60000' };
  expect(readSettings(declared, directory).admission.admitKnownPayersMs).toBe(60_000);
});

test.each(Object.keys(ENVIRONMENT))('fails at the start without %s', (name) => {
  expect(() => readSettings({ ...ENVIRONMENT, [name]: '' }, directory)).toThrow(
    `environment variable ${name} is missing`,
  );
});

test.each([
  ['LEASE_DURATION_MS', '-1', 'must be a whole number'],
  ['POOL_KEYS', '8.5', 'must be a whole number'],
  ['CREDENTIAL_SOURCE', 'cookie', 'must be one of bearer, api-key, either'],
  ['OUTAGE_POLICY', 'hope', 'must be one of refuse, admit-known-payers'],
])('fails at the start with %s=%s', (name, value, message) => {
  expect(() => readSettings({ ...ENVIRONMENT, [name]: value }, directory)).toThrow(message);
});

test('reads who identifies callers', () => {
  const identities = { acceptsKeys: false, tokenIssuers: [{ issuer: 'https://issuer.example' }] };
  const environment = { ...ENVIRONMENT, IDENTITIES: JSON.stringify(identities) };
  expect(readSettings(environment, directory).identities).toEqual(identities);
  expect(() => readSettings({ ...ENVIRONMENT, IDENTITIES: '{' }, directory)).toThrow(
    'IDENTITIES must be JSON',
  );
});

test('fails at the start without a catalogue', () => {
  expect(() => readSettings(ENVIRONMENT, join(directory, 'elsewhere'))).toThrow('catalogue.json');
});
