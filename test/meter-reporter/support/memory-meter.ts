import type { MeterState, MeterTable, Overage, Report } from '../../../lambda/meter-reporter/meter-table';
import type { Meter, Receipt } from '../../../lambda/meter-reporter/report';

/** One account in memory; each method is one request that happens as a whole. */
export class MemoryMeterTable implements MeterTable {
  total = 0;
  customer: string | undefined = 'cus_acme';
  state: MeterState = { reported: 0 };

  async *overages(): AsyncIterable<Overage> {
    if (this.total > 0) yield { account: 'acme', total: this.total };
  }

  async read(): Promise<MeterState> {
    return this.state;
  }

  async customerOf(): Promise<string | undefined> {
    return this.customer;
  }

  async begin(_account: string, report: Report): Promise<boolean> {
    const { reported, pending } = this.state;
    if (pending || reported !== report.from) return false;
    this.state = { reported, pending: report };
    return true;
  }

  async repeat(_account: string, report: Report): Promise<boolean> {
    const { reported, pending } = this.state;
    if (pending?.id !== report.id) return false;
    this.state = { reported, pending: { ...pending, repeated: true } };
    return true;
  }

  async settle(_account: string, report: Report): Promise<void> {
    if (this.state.pending?.id === report.id) this.state = { reported: report.to };
  }

  async withdraw(_account: string, report: Report): Promise<void> {
    const { reported, pending } = this.state;
    if (pending?.id === report.id && !pending.repeated) this.state = { reported };
  }
}

/** How one request to Stripe goes. */
export type Mood = 'taken' | 'refused' | 'request-lost' | 'answer-lost';

/** Stripe's meter: sums what it takes, and drops what it has by its identifier. */
export class FakeMeter implements Meter {
  units = 0;
  moods: Mood[] = [];
  /** How long each answer is on its way, in turns of the event loop's microtasks. */
  lags: number[] = [];
  readonly seen = new Map<string, Report>();

  async send(report: Report): Promise<Receipt> {
    const lag = this.lags.shift() ?? 0;
    const receipt = this.take(report);
    for (let i = 0; i < lag; i += 1) await Promise.resolve();
    return receipt;
  }

  private take(report: Report): Receipt {
    const mood = this.moods.shift() ?? 'taken';
    if (mood === 'refused') return { kind: 'refused', cause: '400' };
    if (mood === 'request-lost') return { kind: 'unknown', cause: 'no answer' };
    if (!this.seen.has(report.id)) this.units += report.to - report.from;
    this.seen.set(report.id, report);
    return mood === 'taken' ? { kind: 'taken' } : { kind: 'unknown', cause: 'no answer' };
  }
}
