/**
 * Which messages of a batch a function has not dealt with. Anything that cannot be read counts as all of them.
 *
 * @param payload what a function returned that reports batch item failures
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function failedItems(payload: string, ids: readonly string[]): readonly string[] {
  let response: unknown;
  try {
    response = JSON.parse(payload === '' ? 'null' : payload);
  } catch {
    return ids;
  }
  if (response === null) return [];
  const failures = (response as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return [];
  if (!Array.isArray(failures)) return ids;
  const named = failures.map((failure) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  const known = named.every((id) => typeof id === 'string' && ids.includes(id));
  return known ? (named as string[]) : ids;
}
