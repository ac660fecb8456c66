const PREFIX = 'not-imitated:';

/** Stands for an attribute that the engine does not know: wherever it turns up, it says where it came from. */
export function placeholder(logicalId: string, attribute: string): string {
  return `${PREFIX}${logicalId}.${attribute}`;
}

export function isPlaceholder(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(PREFIX);
}
