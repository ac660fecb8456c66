import { EngineError } from '../engine-error';
import { cidrBlocks } from './cidr';
import { isPlaceholder } from './placeholder';
import { isObject } from './template';

/** CloudFormation writes numbers and booleans into strings as JSON does. */
export function text(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new EngineError('InvalidIntrinsic', `${what} needs text, got ${JSON.stringify(value)}`);
}

/** A placeholder may stand for a list: what is chosen from it or joined is the placeholder again. */
export function list(value: unknown, what: string): unknown[] {
  if (Array.isArray(value)) return value;
  if (isPlaceholder(value)) return [value];
  throw new EngineError('InvalidIntrinsic', `${what} needs a list, got ${JSON.stringify(value)}`);
}

function select([index, items]: unknown[]): unknown {
  const from = list(items, 'Fn::Select');
  if (from.length === 1 && isPlaceholder(from[0])) return from[0];
  const at = Number(index);
  if (!(at >= 0 && at < from.length)) {
    throw new EngineError('InvalidIntrinsic', `Fn::Select asks for item ${String(index)} of ${from.length}`);
  }
  return from[at];
}

type PureFunction = (argument: unknown) => unknown;

/**
 * Functions of their (already resolved) argument alone.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
export const PURE_FUNCTIONS: Readonly<Record<string, PureFunction>> = {
  'Fn::Base64': (value) => Buffer.from(text(value, 'Fn::Base64')).toString('base64'),
  'Fn::Cidr': (value) => {
    const [block, count, bits = 8] = list(value, 'Fn::Cidr');
    if (isPlaceholder(block)) return block;
    return cidrBlocks(text(block, 'Fn::Cidr'), Number(count), Number(bits));
  },
  'Fn::Join': (value) => {
    const [delimiter, items] = list(value, 'Fn::Join');
    return list(items, 'Fn::Join')
      .map((item) => text(item, 'Fn::Join'))
      .join(text(delimiter, 'Fn::Join'));
  },
  'Fn::Length': (value) => list(value, 'Fn::Length').length,
  'Fn::Select': (value) => select(list(value, 'Fn::Select')),
  'Fn::Split': (value) => {
    const [delimiter, source] = list(value, 'Fn::Split');
    return text(source, 'Fn::Split').split(text(delimiter, 'Fn::Split'));
  },
  'Fn::ToJsonString': (value) => JSON.stringify(value),
};

export type Condition = (terms: unknown[]) => boolean;

const equal = (a: unknown, b: unknown): boolean =>
  isObject(a) || Array.isArray(a) ? JSON.stringify(a) === JSON.stringify(b) : String(a) === String(b);

/** Functions that give a condition, over resolved terms. */
export const CONDITION_FUNCTIONS: Readonly<Record<string, Condition>> = {
  'Fn::And': (terms) => terms.every((term) => term === true),
  'Fn::Equals': ([a, b]) => equal(a, b),
  'Fn::Not': ([term]) => term !== true,
  'Fn::Or': (terms) => terms.some((term) => term === true),
};
