import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { PaywallProcess } from '../helpers/paywall-process';
import { type ApiName, type Targets } from './case';
import { CASES } from './cases';
import { BACKEND_PARAMETER, ConformanceStack } from './stack/conformance-stack';
import { runCase } from './support/check';
import { startHttpBackend } from './support/http-backend';

jest.setTimeout(120_000);

let directory: string;
let engine: PaywallProcess;
let backend: Awaited<ReturnType<typeof startHttpBackend>>;
let targets: Targets;

// As against AWS: a synthesized stack, known by its URLs alone, its functions in environments of their own.
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'paywall-conformance-'));
  const outdir = join(directory, 'cdk.out');
  const app = new App({ outdir, analyticsReporting: false });
  new ConformanceStack(app, 'Conformance');
  app.synth();
  backend = await startHttpBackend();
  const parameter = `${BACKEND_PARAMETER}=${backend.url}`;
  engine = new PaywallProcess(['local', outdir, '--parameter', parameter, '--json'], directory);
  const { apis } = JSON.parse(await engine.firstLine()) as { apis: { name: ApiName; url: string }[] };
  targets = Object.fromEntries(apis.map(({ name, url }) => [name, url])) as Record<ApiName, string>;
});
afterAll(async () => {
  expect(await engine.stop('SIGTERM')).toBe(0);
  backend.close();
  rmSync(directory, { recursive: true, force: true });
});

test.each(Object.entries(CASES))('`paywall local` answers as it should: %s', async (_group, cases) => {
  for (const one of cases) await runCase(one, targets).catch((error: unknown) => fail(one.name, error));
});

function fail(name: string, error: unknown): never {
  throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
}
