/** Variables of a function. Each reader throws an Error that names the one which is missing or malformed. */
export type Environment = Readonly<Record<string, string | undefined>>;

export function required(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`environment variable ${name} is missing`);
  return value;
}

export function wholeNumber(env: Environment, name: string): number {
  const text = required(env, name);
  if (!/^\d{1,12}$/.test(text))
    throw new Error(`environment variable ${name} must be a whole number, got '${text}'`);
  return Number(text);
}

export function oneOf<T extends string>(env: Environment, name: string, allowed: readonly T[]): T {
  const text = required(env, name);
  const value = allowed.find((candidate) => candidate === text);
  if (value === undefined)
    throw new Error(`environment variable ${name} must be one of ${allowed.join(', ')}, got '${text}'`);
  return value;
}
