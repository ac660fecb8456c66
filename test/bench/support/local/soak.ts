import { printTable } from '../report';
import type { BenchEngine } from './engine';
import { load } from './load';

const SAMPLES = 12;
const CONNECTIONS = 16;

/** Loads the paid route for `seconds` and prints how the memory of the engine moves. */
export async function soak({ paid, process }: BenchEngine, seconds: number): Promise<void> {
  const rows: string[][] = [];
  const row = (at: number, perSecond: string, p99: string) =>
    rows.push([`${Math.round(at)} s`, process.rssMb().toFixed(0), perSecond, p99]);
  row(0, '', '');
  for (let sample = 1; sample <= SAMPLES; sample += 1) {
    const { perSecond, p99 } = await load(paid, seconds / SAMPLES, CONNECTIONS);
    row((seconds / SAMPLES) * sample, perSecond.toFixed(0), p99.toFixed(1));
  }
  console.log(`Memory of the engine under load of the paid route, ${CONNECTIONS} connections:\n`);
  printTable(['after', 'RSS MB', 'requests/s', 'p99 ms'], rows);
}
