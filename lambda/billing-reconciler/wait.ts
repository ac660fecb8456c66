import { setTimeout as sleep } from 'node:timers/promises';

/** How late it may be noticed that the clock was moved, milliseconds. */
const GLANCE_MS = 500;

/**
 * Waits until so much time has passed, by the clock or really. The two differ in the local engine only, whose clock can be
 * moved: who moves it says that the time has passed.
 *
 * @param ms milliseconds
 */
export async function wait(ms: number): Promise<void> {
  const [clockEnd, realEnd] = [Date.now() + ms, performance.now() + ms];
  for (;;) {
    const rest = Math.min(clockEnd - Date.now(), realEnd - performance.now());
    if (rest <= 0) return;
    await sleep(Math.min(rest, GLANCE_MS));
  }
}
