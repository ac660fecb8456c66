import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blocksOf } from '../docs/markdown';
import { moduleOf, runModule } from '../docs/typescript-snippet';
import { PaywallProcess } from './paywall-process';
import { runCli } from './run-cli';

/** The app of docs/billing-webhook.md, served by `paywall local` in a process of its own. */
export interface Shop {
  /** Directory whose discovery file names the engine. */
  readonly cwd: string;
  readonly engine: PaywallProcess;
  /** Runs a command beside the engine. */
  paywall(...argv: string[]): ReturnType<typeof runCli>;
  close(): Promise<void>;
}

/** Writes the cloud assembly of the documented app; gives its folder. */
export function synthesizeShop(): string {
  const block = blocksOf('docs/billing-webhook.md').find(({ code }) => code.includes('new App()'))!;
  const { app } = runModule(moduleOf(block));
  return app!.synth().directory;
}

/** @param options of `paywall local` */
export async function openShop(...options: string[]): Promise<Shop> {
  const cwd = mkdtempSync(join(tmpdir(), 'paywall-shop-'));
  const assembly = synthesizeShop();
  const engine = new PaywallProcess(['local', assembly, '--json', ...options], cwd);
  await engine.firstLine();
  return {
    cwd,
    engine,
    paywall: (...argv) => runCli(argv, { cwd, now: Date.now }),
    close: async () => {
      await engine.stop('SIGTERM');
      rmSync(assembly, { recursive: true, force: true });
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}
