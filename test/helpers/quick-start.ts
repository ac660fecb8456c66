import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsSession } from '../../cli/aws/session';
import { AwsDeployment } from '../../cli/deployment/aws-deployment';
import { discovered } from '../../cli/local/discovered';
import { LocalDeployment } from '../../cli/deployment/local-deployment';
import type { Deployment } from '../../cli/deployment/deployment';
import { withAccounts } from '../../cli/deployment/target';
import { demoOf } from '../../cli/quickstart/demo';
import type { DemoKeys } from '../../cli/quickstart/key-file';
import { seed } from '../../cli/quickstart/seed';
import { QUICK_START_STACK_NAME } from '../../cli/quickstart/stack';
import { NO_VALIDATION, synthesize } from '../../cli/quickstart/synthesize';
import { startEngine, type Engine } from '../../local';
import { PACKAGE_ROOT } from './cli-context';
import { get, hangUp, type Reply, type RequestOptions } from './get';
import { TestAccounts } from './test-accounts';

/** The quick-start API, served by the local engine or deployed, as the stories call it. */
export interface QuickStart {
  /** URL of the stage, with a trailing slash. */
  readonly url: string;
  /** Deployed: accounts keep what earlier runs left of them. */
  readonly deployed: boolean;
  /** Environments of the authorizer function so far; `undefined` where nobody can count them. */
  environments(): number | undefined;
  /** Key of a demo account. */
  key(accountId: string): string;
  /** Accounts of a story's own; only for stories that ask for {@link storyWithAccounts}. */
  readonly accounts: TestAccounts;
  close(): Promise<void>;
}

/**
 * Where the stories are told: `PAYWALL_BASE_URL` and `PAYWALL_KEY_FILE` (as `paywall quickstart --aws` leaves it) name a
 * deployed stack; `PAYWALL_STACK` too, with credentials, lets stories make accounts there. Nothing set: the local engine.
 */
const { PAYWALL_BASE_URL, PAYWALL_KEY_FILE, PAYWALL_STACK } = process.env;

/** A test that makes accounts of its own, skipped where nobody may. */
export function storyWithAccounts(name: string, story: () => Promise<void>): void {
  if (PAYWALL_BASE_URL === undefined || PAYWALL_STACK !== undefined) {
    test(name, story);
  } else {
    process.stderr.write(`skipped: ${name}, because PAYWALL_STACK is not set\n`);
    test.skip(name, story);
  }
}

/** The quick start, opened before the tests of a file and closed after them. */
export function useQuickStart(): {
  readonly api: QuickStart;
  /** `GET` below the stage. */
  get(path: string, key?: string, options?: RequestOptions): Promise<Reply>;
} {
  let opened: QuickStart | undefined;
  const api = () => {
    if (!opened) throw new Error('the quick start is open only while tests run');
    return opened;
  };
  beforeAll(async () => {
    opened = await openQuickStart();
  });
  afterAll(async () => {
    hangUp();
    await opened?.close();
  });
  return {
    get api() {
      return api();
    },
    get: (path, key, options) => get(`${api().url}${path}`, key, options),
  };
}

async function openQuickStart(): Promise<QuickStart> {
  return PAYWALL_BASE_URL === undefined ? await openLocally() : await openDeployed(PAYWALL_BASE_URL);
}

async function openLocally(): Promise<QuickStart> {
  const outDir = mkdtempSync(join(tmpdir(), 'paywall-e2e-'));
  const context = { packageRoot: PACKAGE_ROOT, env: process.env };
  await synthesize(outDir, QUICK_START_STACK_NAME, NO_VALIDATION, context);
  const started: string[] = [];
  const engine = await startEngine({
    source: outDir,
    onLog: ({ level, logicalId, message }) => {
      if (level === 'PLATFORM' && message.startsWith('environment started')) started.push(logicalId);
    },
  });
  const deployment = new LocalDeployment(discovered(engine));
  const keys = await withAccounts(deployment, undefined, Date.now, (accounts) =>
    seed(demoOf(accounts.catalogue), accounts, Date.now()),
  );
  const [authorizerId] = await deployment.authorizerIds();
  const told = await tell(urlOf(engine), false, Object.fromEntries(keys), deployment);
  return {
    ...told,
    environments: () => started.filter((logicalId) => logicalId === authorizerId).length,
    close: async () => {
      await told.close();
      await engine.close();
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}

async function openDeployed(baseUrl: string): Promise<QuickStart> {
  if (PAYWALL_KEY_FILE === undefined) throw new Error('PAYWALL_BASE_URL needs PAYWALL_KEY_FILE');
  const { keys } = JSON.parse(readFileSync(PAYWALL_KEY_FILE, 'utf8')) as DemoKeys;
  const deployment =
    PAYWALL_STACK === undefined
      ? undefined
      : new AwsDeployment(await AwsSession.open({}, process.env), PAYWALL_STACK);
  const url = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`;
  return await tell(url, true, keys, deployment);
}

async function tell(
  url: string,
  deployed: boolean,
  keys: Readonly<Record<string, string>>,
  deployment: Deployment | undefined,
): Promise<QuickStart> {
  const accounts = deployment && (await TestAccounts.open(deployment));
  return {
    url,
    deployed,
    environments: () => undefined,
    key: (accountId) => {
      const key = keys[accountId];
      if (key === undefined)
        throw new Error(`no key of ${accountId}, there are ${Object.keys(keys).join(', ')}`);
      return key;
    },
    get accounts() {
      if (!accounts) throw new Error('this story makes accounts: use storyWithAccounts');
      return accounts;
    },
    close: async () => accounts?.close(),
  };
}

function urlOf({ apis }: Engine): string {
  const [api] = apis;
  if (!api || apis.length !== 1) throw new Error(`the quick start has one API, got ${apis.length}`);
  return api.url;
}
