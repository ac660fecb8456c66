import { type InvocationRun, type TraceStep } from '../contract';

/** What was decided about one request, in order. Kept only when somebody wants to read it. */
export class Trace {
  readonly steps: TraceStep[] = [];

  /** @param startedAt of the request, on `performance.now()` */
  constructor(private readonly startedAt: number) {}

  /**
   * @param step the part of the gateway, for example `authorizer`
   * @param text what it found, for people
   * @param durationMs of what it waited for
   */
  add(step: string, text: string, durationMs?: number): void {
    const atMs = performance.now() - this.startedAt;
    this.steps.push({ step, text, atMs, ...(durationMs !== undefined && { durationMs }) });
  }
}

/** `, request 5b0c…, cold start 120 ms`; empty when the function did not come to run. */
export function runText(run: InvocationRun | undefined): string {
  if (!run) return '';
  const cold = run.coldStartMs === undefined ? '' : `, cold start ${Math.round(run.coldStartMs)} ms`;
  return `, request ${run.requestId}${cold}`;
}

/** A text on one line, of a length that can be read. */
export function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}
