import { createHash } from 'node:crypto';

const LOWER_ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789';
const UPPER_ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** CloudFormation appends this many random characters to the names that it invents. */
const SUFFIX_LENGTH = 12;

function characters(seed: string, length: number, alphabet: string): string {
  const bytes = createHash('sha256').update(seed).digest();
  return Array.from({ length }, (_, i) => alphabet[bytes[i % bytes.length]! % alphabet.length]).join('');
}

/** What the service would make up at random, made up from a seed: the same stack gives the same ids every run. */
export function generateId(seed: string, length: number): string {
  return characters(seed, length, LOWER_ALPHANUMERIC);
}

/** `<Stack>-<LogicalId>-<suffix>`, both parts cut so that the whole fits, as CloudFormation does. */
export function generateName(stackName: string, logicalId: string, seed: string, maxLength: number): string {
  const suffix = characters(seed, SUFFIX_LENGTH, UPPER_ALPHANUMERIC);
  const room = maxLength - SUFFIX_LENGTH - 2;
  if (stackName.length + logicalId.length <= room) return `${stackName}-${logicalId}-${suffix}`;
  const half = Math.floor(room / 2);
  const stack = stackName.slice(0, Math.max(half, room - logicalId.length));
  return `${stack}-${logicalId.slice(0, room - stack.length)}-${suffix}`;
}

/** A version 4 UUID in form, derived from a seed. */
export function generateUuid(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  const variant = '89ab'[parseInt(hex[16]!, 16) % 4];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
