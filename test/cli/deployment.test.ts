import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseAuthorizer } from '../../cli/deployment/deployment';
import {
  DISCOVERY_FILE,
  findEngine,
  liveEngine,
  removeDiscovery,
  writeDiscovery,
  type RunningEngine,
} from '../../cli/deployment/discovery';
import { LocalDeployment } from '../../cli/deployment/local-deployment';
import { buildOffer } from '../helpers/offer';

/** A process id that no process has: Linux stops at 2^22, macOS at 99998. */
const NOBODY = 2 ** 22 + 1;

const mark = { 'cdk-api-paywall': { role: 'authorizer', catalogue: buildOffer() } };

function buildEngine(overrides: Partial<RunningEngine> = {}): RunningEngine {
  return {
    version: 2,
    pid: process.pid,
    apis: [],
    routes: [],
    clockOffsetMs: 0,
    endpoints: { dynamodb: 'http://127.0.0.1:1' },
    functions: [
      { logicalId: 'Hello', name: 'Hello', environment: {}, metadata: {} },
      { logicalId: 'Auth', name: 'Auth', environment: { ACCOUNT_TABLE: 'Accounts' }, metadata: mark },
    ],
    ...overrides,
  };
}

describe('discovery file', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'paywall-test-'));
  });

  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  test('an engine is found, by its owner alone, until it is removed', () => {
    mkdirSync(join(cwd, '.paywall'));
    writeFileSync(join(cwd, DISCOVERY_FILE), 'of an engine that was killed', { mode: 0o644 });
    writeDiscovery(cwd, buildEngine());
    expect(findEngine(cwd)).toEqual(buildEngine());
    expect(statSync(join(cwd, DISCOVERY_FILE)).mode & 0o777).toBe(0o600);
    removeDiscovery(cwd, process.pid);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('the file of another engine stays', () => {
    writeDiscovery(cwd, buildEngine({ pid: 1 }));
    removeDiscovery(cwd, process.pid);
    expect(liveEngine(cwd)?.pid).toBe(1);
  });

  test('no file: says how to start an engine and how to name a stack', () => {
    expect(() => findEngine(cwd)).toThrow(
      expect.objectContaining({ code: 'NoTarget', exitCode: 2, fix: expect.stringContaining('--stack') }),
    );
  });

  test('a file that an engine left when it was killed', () => {
    writeDiscovery(cwd, buildEngine({ pid: NOBODY }));
    expect(() => findEngine(cwd)).toThrow(expect.objectContaining({ code: 'EngineGone' }));
    expect(liveEngine(cwd)).toBeUndefined();
  });

  test.each(['', '{', 'null', '{"version":1,"pid":1,"functions":[]}'])('a damaged file: %j', (text) => {
    mkdirSync(join(cwd, '.paywall'));
    writeFileSync(join(cwd, DISCOVERY_FILE), text);
    expect(() => findEngine(cwd)).toThrow(expect.objectContaining({ code: 'DiscoveryUnreadable' }));
  });
});

describe('chooseAuthorizer', () => {
  const two = buildEngine({
    functions: ['A', 'B'].map((logicalId) => ({
      logicalId,
      name: logicalId,
      environment: {},
      metadata: mark,
    })),
  });

  test('takes the only function that is marked', async () => {
    const found = await chooseAuthorizer(new LocalDeployment(buildEngine()), undefined);
    expect(found).toMatchObject({
      logicalId: 'Auth',
      environment: { ACCOUNT_TABLE: 'Accounts' },
      catalogue: { keyPrefix: 'pw_test' },
      database: { endpoint: 'http://127.0.0.1:1' },
    });
  });

  test('takes the one that is named', async () => {
    expect(await chooseAuthorizer(new LocalDeployment(two), 'B')).toMatchObject({ logicalId: 'B' });
  });

  test.each([
    ['none is marked', buildEngine({ functions: [] }), undefined, { code: 'NoAuthorizer', exitCode: 1 }],
    ['several are', two, undefined, { code: 'SeveralAuthorizers', exitCode: 2 }],
    [
      'another is named',
      buildEngine(),
      'Auht',
      { code: 'UnknownAuthorizer', fix: expect.stringContaining("'Auth'") },
    ],
  ])('refuses when %s', async (_, engine, wanted, expected) => {
    await expect(chooseAuthorizer(new LocalDeployment(engine), wanted)).rejects.toMatchObject(expected);
  });
});
