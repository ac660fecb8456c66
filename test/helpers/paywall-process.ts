import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PACKAGE_ROOT } from './cli-context';

/** A run of the built executable, as a user's shell starts it. */
export class PaywallProcess {
  stdout = '';
  stderr = '';
  private readonly child;
  private readonly ended: Promise<number | null>;

  /** @param cwd where the discovery file goes */
  constructor(argv: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [join(PACKAGE_ROOT, 'dist', 'bin', 'paywall.js'), ...argv], {
      cwd,
      // In a pipe nothing is coloured, in CI neither; Jest forces colours on what it starts where its own are on.
      env: { ...process.env, CI: 'true', FORCE_COLOR: undefined, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  /** Resolves with the first line of standard output; rejects when the process ends without one. */
  async firstLine(): Promise<string> {
    while (!this.stdout.includes('\n')) {
      const more = await Promise.race([once(this.child.stdout, 'data'), this.ended]);
      if (!Array.isArray(more)) throw new Error(`ended with ${more}: ${this.stderr}`);
    }
    return this.stdout.slice(0, this.stdout.indexOf('\n'));
  }

  /** Resolves once standard output holds the text. */
  async until(text: string): Promise<void> {
    while (!this.stdout.includes(text)) {
      const more = await Promise.race([once(this.child.stdout, 'data'), this.ended]);
      if (!Array.isArray(more)) throw new Error(`ended with ${more}: ${this.stdout}${this.stderr}`);
    }
  }

  /** Stops reading, as `| head -1` does. */
  closeStdout(): void {
    this.child.stdout.destroy();
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Exit code; `null` when a signal ended it. */
  exit(): Promise<number | null> {
    return this.ended;
  }

  /** Sends a signal and waits for the end. */
  async stop(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return await this.ended;
  }
}
