/**
 * Readers over CloudFormation property bags. CloudFormation accepts `"true"` for `true` and `"5"` for `5`;
 * so do these.
 */
export type Properties = Readonly<Record<string, unknown>>;

export function stringOf(bag: Properties, key: string): string | undefined {
  const value = bag[key];
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

export function numberOf(bag: Properties, key: string): number | undefined {
  const value = bag[key];
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
    ? Number(value)
    : undefined;
}

export function booleanOf(bag: Properties, key: string): boolean | undefined {
  const value = bag[key];
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

export function bagOf(bag: Properties, key: string): Properties | undefined {
  const value = bag[key];
  return isBag(value) ? value : undefined;
}

export function bagsOf(bag: Properties, key: string): readonly Properties[] {
  const value = bag[key];
  return Array.isArray(value) ? value.filter(isBag) : [];
}

export function stringsOf(bag: Properties, key: string): readonly string[] {
  const value = bag[key];
  return Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : [];
}

/** A map of strings; other scalars are turned into text. */
export function textMapOf(bag: Properties, key: string): Readonly<Record<string, string>> | undefined {
  const value = bagOf(bag, key);
  if (!value) return undefined;
  const out: Record<string, string> = {};
  for (const name of Object.keys(value)) {
    const text = stringOf(value, name);
    if (text !== undefined) out[name] = text;
  }
  return out;
}

function isBag(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
