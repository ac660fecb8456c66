import { BillingContended } from '../billing/account-billing';
import { MalformedObject } from '../billing/json';
import type { Finding, Unit, Walk } from './finding';
import type { Pass, Phase, Progress, ProgressStore } from './progress';
import { afterPhase, passAt } from './schedule';

export interface ReconcileOptions {
  readonly progress: ProgressStore;
  readonly walk: (phase: Phase, pass: Pass) => Walk;
  /** A pass begins as often as this, milliseconds. */
  readonly everyMs: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Whether time is nearly up. */
  readonly isLate: () => boolean;
  readonly onRepaired: (finding: Finding) => void;
  readonly onFailed: (what: string, error: unknown) => void;
}

/** What a run did. */
export interface Summary {
  /** Subscriptions, accounts and events that were looked at. */
  readonly checked: number;
  readonly repaired: readonly Finding[];
  readonly failed: number;
  /** The pass has come to its end, or none was due. */
  readonly done: boolean;
}

/** What seems wrong is looked at again after this time: the event that explains it may be under way. */
export const SETTLE_MS = 20_000;
/** So many findings are looked at again together. */
const BATCH = 50;
/** A run that dies repeats at most so many checks. */
const SAVE_EVERY = 100;

/**
 * Works on the pass that is under way, or begins one when it is time to, until the pass or the time is over.
 *
 * @throws whatever makes it pointless to go on: the provider or the database does not answer. The next run goes on from
 * what was saved.
 */
export async function reconcile(options: ReconcileOptions): Promise<Summary> {
  let progress = await options.progress.read();
  const run = new Run(options);
  for (;;) {
    const pass = passAt(progress, options.everyMs, options.clock());
    if (pass === undefined) return run.summary(true);
    const outcome = await run.phase(progress, pass);
    progress = outcome.progress;
    if (!outcome.ended) return run.summary(false);
    if (progress.pass === undefined) return run.summary(true);
  }
}

const READS_EVENTS: readonly Phase[] = ['links', 'events'];

class Run {
  private checked = 0;
  private failed = 0;
  private readonly repaired: Finding[] = [];

  constructor(private readonly options: ReconcileOptions) {}

  summary(done: boolean): Summary {
    const { checked, repaired, failed } = this;
    return { checked, repaired, failed, done };
  }

  async phase(before: Progress, begun: Pass): Promise<{ progress: Progress; ended: boolean }> {
    const { walk, isLate, progress: store } = this.options;
    const failedBefore = this.failed;
    let progress: Progress = { ...before, startedAt: begun.startedAt };
    let pass = begun;
    let findings: Finding[] = [];
    let unsaved = 0;
    /** @returns false when another run has taken over */
    const save = async (next: (pass: Pass) => Progress): Promise<boolean> => {
      await this.settle(findings);
      findings = [];
      unsaved = 0;
      if (READS_EVENTS.includes(pass.phase) && this.failed > failedBefore)
        pass = { ...pass, eventsFailed: true };
      const written = next(pass);
      progress = { ...written, revision: written.revision + 1 };
      return store.write(written);
    };
    for await (const unit of walk(pass.phase, pass)(pass.after)) {
      const finding = await this.check(unit);
      if (finding) findings.push(finding);
      pass = { ...pass, after: unit.id };
      unsaved += 1;
      const late = isLate();
      if (!late && findings.length < BATCH && unsaved < SAVE_EVERY) continue;
      const alone = await save((current) => ({ ...progress, pass: current }));
      if (late || !alone) return { progress, ended: false };
    }
    const alone = await save((current) => afterPhase(progress, current));
    return { progress, ended: alone && (progress.pass === undefined || !isLate()) };
  }

  private async check(unit: Unit): Promise<Finding | undefined> {
    this.checked += 1;
    try {
      return await unit.check();
    } catch (error) {
      this.fail(unit.id, error);
      return undefined;
    }
  }

  private async settle(findings: readonly Finding[]): Promise<void> {
    if (findings.length > 0) await this.options.sleep(SETTLE_MS);
    for (const finding of findings) {
      try {
        if (!(await finding.repair())) continue;
        this.repaired.push(finding);
        this.options.onRepaired(finding);
      } catch (error) {
        this.fail(finding.source, error);
      }
    }
  }

  /** One thing that cannot be read does not stand in the way of all others; a service that is down does. */
  private fail(what: string, error: unknown): void {
    if (!(error instanceof MalformedObject) && !(error instanceof BillingContended)) throw error;
    this.failed += 1;
    this.options.onFailed(what, error);
  }
}
