import { leafMatcher, type Matcher } from './pattern-leaf';

/** Whether an event matches. */
export type EventPattern = (event: unknown) => boolean;

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** In a list of objects, one of them has to match all that the pattern says about its fields. */
function nested(pattern: EventPattern): EventPattern {
  return (value) => (Array.isArray(value) ? value.some(pattern) : pattern(value));
}

function leaf(matchers: readonly Matcher[]): EventPattern {
  return (value) => {
    const values = Array.isArray(value) ? (value as unknown[]) : [value];
    // An empty list has no value, like a field that is absent.
    const candidates = values.length === 0 ? [undefined] : values;
    return candidates.some((candidate) => matchers.some((matches) => matches(candidate)));
  };
}

function isAlternatives(key: string, value: unknown): value is Fields[] {
  return key === '$or' && Array.isArray(value) && value.length > 1 && value.every(isFields);
}

function field(key: string, value: unknown): EventPattern {
  if (isAlternatives(key, value)) {
    const alternatives = value.map((alternative) => compilePattern(alternative));
    return (event) => alternatives.some((matches) => matches(event));
  }
  if (Array.isArray(value) && value.length === 0) throw new SyntaxError(`"${key}" must not be empty`);
  const pattern = Array.isArray(value)
    ? leaf(value.map(leafMatcher))
    : isFields(value)
      ? nested(compilePattern(value))
      : undefined;
  if (!pattern) throw new SyntaxError(`"${key}" must be an object or an array`);
  return (event) => pattern(isFields(event) && Object.hasOwn(event, key) ? event[key] : undefined);
}

/**
 * Compiles an event pattern: every field has to match, each through one of the values that it lists.
 *
 * @throws SyntaxError when it is no pattern, or uses a comparison that is not imitated
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function compilePattern(pattern: unknown): EventPattern {
  if (!isFields(pattern)) throw new SyntaxError('an event pattern is a JSON object');
  const fields = Object.entries(pattern).map(([key, value]) => field(key, value));
  return (event) => fields.every((matches) => matches(event));
}
