/**
 * Judges are programs that are not ours and that not every machine has (Java, Python). Without one its checks are
 * skipped with a printed line; with `REQUIRE_JUDGES=1`, as in CI, its absence is a failure. `SKIP_JUDGES=1` passes over
 * those that are there.
 *
 * @param missing what keeps the judge from judging; `undefined`: nothing
 */
export function hasJudge(judge: string, missing: () => string | undefined): boolean {
  const reason = process.env.SKIP_JUDGES === '1' ? 'SKIP_JUDGES=1 says so' : missing();
  if (reason === undefined) return true;
  if (process.env.REQUIRE_JUDGES === '1') throw new Error(`${judge} is required, but ${reason}`);
  process.stderr.write(`skipped: ${judge}, because ${reason}\n`);
  return false;
}
