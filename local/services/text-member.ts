import { type Input } from './service';
import { ServiceError } from './service-error';

/**
 * A member that has to be text. An object in its place is text that somebody forgot to write as JSON.
 *
 * @throws ServiceError SerializationException when it is anything else
 */
export function textMember(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  const found = typeof value === 'object' ? 'a structure' : `the ${typeof value} ${String(value)}`;
  throw new ServiceError('SerializationException', `${name} must be text, got ${found}`);
}
