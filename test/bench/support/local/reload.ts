import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../report';
import { startBenchEngine, type BenchEngine } from './engine';
import { GREETING, synthesizeBench } from './stack';

const ROUNDS = 15;
/** Often enough that it adds nothing to the figure, seldom enough that it takes no processor from the engine. */
const ASK_EVERY_MS = 2;

/** Milliseconds from the end of a synth to the first answer of the code in it. */
export interface ReloadTimes {
  readonly median: number;
  readonly worst: number;
}

/**
 * Serves the bench stack with `watch`, and changes the code of its backend as a synth would: the template, then the
 * manifest, which a synth writes last.
 */
export async function timeToReload(assembly: string): Promise<ReloadTimes> {
  synthesizeBench(assembly);
  const engine = await startBenchEngine(assembly, 'watch');
  const times: number[] = [];
  try {
    let served = GREETING;
    for (let round = 1; round <= ROUNDS; round += 1) {
      const next = `round ${round}`;
      const finished = finishSynth(assembly, served, next);
      await answered(engine, next);
      times.push(performance.now() - finished);
      served = next;
      // Synths end at any moment, not at a fixed one between two looks of the engine.
      await sleep(300 + Math.random() * 200);
    }
  } finally {
    await engine.process.stop();
  }
  return { median: percentile(times, 0.5), worst: Math.max(...times) };
}

/** @returns the instant, on `performance.now()`, at which the last file was written */
function finishSynth(assembly: string, served: string, next: string): number {
  const template = join(assembly, 'Bench.template.json');
  const manifest = join(assembly, 'manifest.json');
  writeFileSync(template, readFileSync(template, 'utf8').replace(`'${served}'`, `'${next}'`));
  writeFileSync(manifest, readFileSync(manifest, 'utf8'));
  return performance.now();
}

async function answered({ trivial }: BenchEngine, greeting: string): Promise<void> {
  const headers = { Authorization: trivial.authorization! };
  for (;;) {
    const response = await fetch(trivial.url, { headers });
    if ((await response.text()).includes(greeting)) return;
    await sleep(ASK_EVERY_MS);
  }
}
