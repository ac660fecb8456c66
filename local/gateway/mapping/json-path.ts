import { type Value } from '../velocity/value';
import { areEqual } from '../velocity/value';

type Selector = (values: readonly Value[]) => Value[];

export interface JsonPath {
  /** The match; several matches as a list; undefined when nothing matches. */
  read(root: Value): Value;
}

const COMPILED = new Map<string, JsonPath>();
const MAX_COMPILED = 1000;

/**
 * JSONPath as mapping templates use it: names, indexes, slices, unions, wildcards, recursive descent and filters
 * that compare with a literal.
 *
 * @throws SyntaxError when the path cannot be understood
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export function jsonPath(text: string): JsonPath {
  let path = COMPILED.get(text);
  if (!path) {
    path = compile(text.trim());
    if (COMPILED.size >= MAX_COMPILED) COMPILED.clear();
    COMPILED.set(text, path);
  }
  return path;
}

const TOKEN =
  /^(?:(\.\.)(?:([\w$-]+)|(\*)|(?=\[))|\.?([\w$-]+)|\.?(\*)|\.(?=\[)|\[\s*(-?\d*)\s*:\s*(-?\d*)\s*\]|\[\s*\*\s*\]()|\[\?\(\s*@([^\]]*?)\s*\)\]|\[([^\]]+)\])/;

function compile(text: string): JsonPath {
  const selectors: Selector[] = [];
  let definite = true;
  let rest = text.replace(/^\$/, '');
  while (rest !== '') {
    const hit = TOKEN.exec(rest);
    if (!hit || hit[0] === '') throw new SyntaxError(`cannot parse the JSONPath ${text}`);
    rest = rest.slice(hit[0].length);
    const [, descent, deepName, deepAll, name, all, from, to, bracketAll, filter, keys] = hit;
    if (descent !== undefined) {
      selectors.push(flat(descendants));
      if (deepName !== undefined) selectors.push(flat((v) => named(v, deepName)));
      if (deepAll !== undefined) selectors.push(flat(children));
      definite = false;
    } else if (name !== undefined) selectors.push(flat((v) => named(v, name)));
    else if (all !== undefined || bracketAll !== undefined) {
      selectors.push(flat(children));
      definite = false;
    } else if (filter !== undefined) {
      selectors.push(flat(filtered(filter)));
      definite = false;
    } else if (keys !== undefined) {
      const wanted = keys.split(',').map((k) => k.trim());
      selectors.push(flat((v) => wanted.flatMap((k) => keyed(v, k))));
      definite &&= wanted.length === 1;
    } else if (from !== undefined) {
      selectors.push(flat((v) => sliced(v, from, to as string)));
      definite = false;
    }
  }
  return {
    read(root) {
      let values: Value[] = [root];
      for (const select of selectors) values = select(values);
      if (definite) return values[0];
      return values;
    },
  };
}

function flat(one: (value: Value) => readonly Value[]): Selector {
  return (values) => values.flatMap((v) => one(v));
}

function named(value: Value, name: string): Value[] {
  return value instanceof Map && value.has(name) ? [value.get(name)] : [];
}

/** `['name']` or `[3]`; negative indexes count from the end. */
function keyed(value: Value, key: string): Value[] {
  const quoted = /^(['"])(.*)\1$/.exec(key);
  if (quoted) return named(value, quoted[2] as string);
  if (!Array.isArray(value)) return [];
  const item = value.at(Number(key));
  return item === undefined ? [] : [item];
}

function children(value: Value): Value[] {
  if (Array.isArray(value)) return [...value];
  return value instanceof Map ? [...value.values()] : [];
}

function descendants(value: Value): Value[] {
  return [value, ...children(value).flatMap(descendants)];
}

function sliced(value: Value, from: string, to: string): Value[] {
  if (!Array.isArray(value)) return [];
  return [...value].slice(from === '' ? 0 : Number(from), to === '' ? undefined : Number(to));
}

/** `.price < 10`, `.name == 'x'`, or `.name` alone: it exists. */
function filtered(expression: string): (value: Value) => Value[] {
  const parts = /^([^=!<>]+?)\s*(?:(==|!=|<=|>=|<|>)\s*(.+))?$/.exec(expression);
  if (!parts) throw new SyntaxError(`cannot parse the JSONPath filter @${expression}`);
  const [, path, operator, literal] = parts;
  const inner = compile(`$${path as string}`);
  const expected = literal === undefined ? undefined : literalOf(literal);
  return (value) => children(value).filter((child) => holds(inner.read(child), operator, expected));
}

function literalOf(text: string): Value {
  const quoted = /^(['"])(.*)\1$/.exec(text);
  if (quoted) return quoted[2];
  return text === 'true' ? true : text === 'false' ? false : text === 'null' ? null : Number(text);
}

function holds(actual: Value, operator: string | undefined, expected: Value): boolean {
  if (operator === undefined) return actual !== undefined;
  if (operator === '==') return areEqual(actual, expected);
  if (operator === '!=') return !areEqual(actual, expected);
  if (typeof actual !== 'number' || typeof expected !== 'number') return false;
  const order = actual - expected;
  return operator === '<'
    ? order < 0
    : operator === '>'
      ? order > 0
      : operator === '<='
        ? order <= 0
        : order >= 0;
}
