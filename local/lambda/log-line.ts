import { type LogLevel } from './messages';

/** One line that a function wrote, or that the engine says about its environment (`PLATFORM`). */
export interface LogLine {
  readonly functionName: string;
  readonly logicalId: string;
  /** Empty while the module loads. */
  readonly requestId: string;
  readonly level: LogLevel;
  readonly message: string;
}

export type OnLog = (line: LogLine) => void;
