import type { OutputPort } from './message';

/** What a command may use of the world; `bin/` passes the real one, tests their own. */
export interface CliContext {
  readonly output: OutputPort;
  /** Directory that relative paths and the discovery file are resolved against. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of this package's `package.json`. */
  readonly packageRoot: string;
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Resolves at the first Ctrl-C, SIGTERM or end of the terminal after the call. Until a command calls this, they end
   * the process as usual.
   */
  interrupted(): Promise<void>;
  /** Asks a yes-or-no question; absent when nobody sits at the terminal. */
  readonly ask?: (question: string) => Promise<boolean>;
}
