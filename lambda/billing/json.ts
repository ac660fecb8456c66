/**
 * Reads members of a provider's object. Only what is needed is read, and only in the form that is expected, so that
 * versions of the provider's API may differ in everything else.
 */
export type Json = Readonly<Record<string, unknown>>;

export function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numeric(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Stripe's seconds as milliseconds. */
export function instant(value: unknown): number | undefined {
  const seconds = numeric(value);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** The id of a reference, whether Stripe has expanded it or not. */
export function reference(value: unknown): string | undefined {
  return text(value) ?? text(object(value)?.id);
}

/** The members of a list object. */
export function list(value: unknown): readonly Json[] {
  const data = object(value)?.data;
  return Array.isArray(data) ? data.map(object).filter((member) => member !== undefined) : [];
}

/** An object of a kind that was expected lacks what cannot be done without. */
export class MalformedObject extends Error {
  override readonly name = 'MalformedObject';
}

export function must<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new MalformedObject(`${what} is missing or is not what Stripe documents`);
  return value;
}
