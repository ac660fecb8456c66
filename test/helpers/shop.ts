import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blocksOf } from '../docs/markdown';
import { moduleOf, runModule } from '../docs/typescript-snippet';
import { PaywallProcess } from './paywall-process';
import { runCli } from './run-cli';

/** The app of a document, served by `paywall local` in a process of its own. */
export interface Shop {
  /** Directory whose discovery file names the engine. */
  readonly cwd: string;
  readonly engine: PaywallProcess;
  /** URL of the stage, with a trailing slash. */
  readonly url: string;
  /** Runs a command beside the engine. */
  paywall(...argv: string[]): ReturnType<typeof runCli>;
  close(): Promise<void>;
}

/** Writes the cloud assembly of the app in a document; gives its folder. */
function synthesize(document: string, edit: (code: string) => string): string {
  const block = blocksOf(document).find(({ code }) => code.includes('new App()'))!;
  const { app } = runModule(moduleOf({ ...block, code: edit(block.code) }));
  return app!.synth().directory;
}

/**
 * @param document whose first whole app is served, for example `docs/billing-webhook.md`
 * @param options of `paywall local`
 */
export async function openDocumentedApp(document: string, ...options: string[]): Promise<Shop> {
  return await serve(
    synthesize(document, (code) => code),
    options,
  );
}

async function serve(assembly: string, options: readonly string[]): Promise<Shop> {
  const cwd = mkdtempSync(join(tmpdir(), 'paywall-shop-'));
  const engine = new PaywallProcess(['local', assembly, '--json', ...options], cwd);
  const { apis } = JSON.parse(await engine.firstLine()) as { apis: readonly { url: string }[] };
  return {
    cwd,
    engine,
    url: apis[0]!.url,
    paywall: (...argv) => runCli(argv, { cwd, now: Date.now }),
    close: async () => {
      await engine.stop('SIGTERM');
      rmSync(assembly, { recursive: true, force: true });
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

const SHOP = 'docs/billing-webhook.md';

/** The shop of docs/billing-webhook.md. */
export function openShop(...options: string[]): Promise<Shop> {
  return openDocumentedApp(SHOP, ...options);
}

/** The same shop, whose endpoint cannot ask Stripe. */
export function openShopWithoutApiKey(...options: string[]): Promise<Shop> {
  const edit = (code: string) => code.replace(/^ +(apiKey|disputes): .*\n/gm, '');
  return serve(synthesize(SHOP, edit), options);
}
