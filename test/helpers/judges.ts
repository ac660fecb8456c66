/**
 * Judges are programs that are not ours and that not every machine has (Java, Python). Without one its checks are
 * skipped with a printed line; with `REQUIRE_JUDGES=1`, as in CI, its absence is a failure.
 */
export function skipWithout(judge: string, missing: string): void {
  if (process.env.REQUIRE_JUDGES === '1') throw new Error(`${judge} is required, but ${missing}`);
  process.stderr.write(`skipped: ${judge}, because ${missing}\n`);
}
