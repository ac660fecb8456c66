import { type Cursor } from './cursor';
import { parseReference } from './reference';
import { type Evaluate, TemplateError } from './scope';
import { areEqual, isTrue, textOf, type Value } from './value';

/** Parses a template inside a double-quoted string; passed in because strings and templates contain each other. */
export type ParseText = (text: string) => (scope: Parameters<Evaluate>[0]) => string;

type Operator = (left: Evaluate, right: Evaluate) => Evaluate;

const compare =
  (test: (order: number) => boolean): Operator =>
  (l, r) =>
  (s) => {
    const a = l(s);
    const b = r(s);
    if (typeof a === 'number' && typeof b === 'number') return test(a - b);
    return test(textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0);
  };

const arithmetic =
  (compute: (a: number, b: number) => number): Operator =>
  (l, r) =>
  (s) => {
    const a = l(s);
    const b = r(s);
    return typeof a === 'number' && typeof b === 'number' ? compute(a, b) : undefined;
  };

const bothInteger = (a: number, b: number): boolean => Number.isInteger(a) && Number.isInteger(b);
const add: Operator = (l, r) => (s) => {
  const a = l(s);
  const b = r(s);
  return typeof a === 'number' && typeof b === 'number' ? a + b : textOf(a) + textOf(b);
};
// Java divides integers without remainder, and by zero not at all.
const divide = (a: number, b: number): number => {
  if (b === 0) return Number.NaN;
  return bothInteger(a, b) ? Math.trunc(a / b) : a / b;
};
const equal: Operator = (l, r) => (s) => areEqual(l(s), r(s));
const different: Operator = (l, r) => (s) => !areEqual(l(s), r(s));
const and: Operator = (l, r) => (s) => isTrue(l(s)) && isTrue(r(s));
const or: Operator = (l, r) => (s) => isTrue(l(s)) || isTrue(r(s));

/** Binary operators, weakest level first; longer tokens before their prefixes. */
const LEVELS: readonly (readonly (readonly [RegExp, Operator])[])[] = [
  [[/\|\||or\b/y, or]],
  [[/&&|and\b/y, and]],
  [
    [/==|eq\b/y, equal],
    [/!=|ne\b/y, different],
  ],
  [
    [/<=|le\b/y, compare((o) => o <= 0)],
    [/>=|ge\b/y, compare((o) => o >= 0)],
    [/<|lt\b/y, compare((o) => o < 0)],
    [/>|gt\b/y, compare((o) => o > 0)],
  ],
  [
    [/\+/y, add],
    [/-/y, arithmetic((a, b) => a - b)],
  ],
  [
    [/\*/y, arithmetic((a, b) => a * b)],
    [/\//y, arithmetic(divide)],
    [/%/y, arithmetic((a, b) => (b === 0 ? Number.NaN : a % b))],
  ],
];

/** Parses an expression of the Velocity Template Language into a function. */
export function parseExpression(c: Cursor, parseText: ParseText, level = 0): Evaluate {
  const operators = LEVELS[level];
  if (!operators) return parseUnary(c, parseText);
  let left = parseExpression(c, parseText, level + 1);
  for (;;) {
    c.skipSpace();
    const found = operators.find(([token]) => c.match(token) !== undefined);
    if (!found) return left;
    left = found[1](left, parseExpression(c, parseText, level + 1));
  }
}

function parseUnary(c: Cursor, parseText: ParseText): Evaluate {
  c.skipSpace();
  if (c.match(/!(?!=)|not\b/y) !== undefined) {
    const inner = parseUnary(c, parseText);
    return (s) => !isTrue(inner(s));
  }
  return parsePrimary(c, parseText);
}

function parsePrimary(c: Cursor, parseText: ParseText): Evaluate {
  const number = c.match(/-?\d+(?:\.\d+)?(?!\.\d)/y);
  if (number !== undefined) return constant(Number(number));
  const word = c.match(/(?:true|false|null)\b/y);
  if (word !== undefined) return constant(word === 'null' ? null : word === 'true');
  switch (c.peek()) {
    case "'":
    case '"':
      return parseString(c, parseText);
    case '$':
      return parseReference(c, parseText).evaluate;
    case '(': {
      c.eat('(');
      const inner = parseExpression(c, parseText);
      c.expect(')');
      return inner;
    }
    case '[':
      return parseList(c, parseText);
    case '{':
      return parseMap(c, parseText);
    default:
      throw new TemplateError(`unexpected ${c.peek() || 'end'} at offset ${c.at} of the template`);
  }
}

/** Single quotes are literal, double quotes are templates; a quote is written twice inside either. */
function parseString(c: Cursor, parseText: ParseText): Evaluate {
  const quote = c.peek();
  const raw = c.match(quote === '"' ? /"(?:[^"\\]|""|\\[^])*"/y : /'(?:[^']|'')*'/y);
  if (raw === undefined) throw new TemplateError(`unclosed string at offset ${c.at} of the template`);
  const inner = raw.slice(1, -1).replaceAll(quote + quote, quote);
  if (quote === "'" || !/[$#]/.test(inner)) return constant(inner);
  const render = parseText(inner);
  return (s) => render(s);
}

function parseList(c: Cursor, parseText: ParseText): Evaluate {
  c.eat('[');
  const items: Evaluate[] = [];
  for (c.skipSpace(); !c.eat(']'); c.skipSpace()) {
    if (items.length > 0 && c.eat('..')) {
      const from = items[0] as Evaluate;
      const to = parseExpression(c, parseText);
      c.expect(']');
      return (s) => range(Number(from(s)), Number(to(s)));
    }
    if (items.length > 0) c.expect(',');
    items.push(parseExpression(c, parseText));
  }
  return (s) => items.map((item) => item(s));
}

function parseMap(c: Cursor, parseText: ParseText): Evaluate {
  c.eat('{');
  const entries: (readonly [Evaluate, Evaluate])[] = [];
  for (c.skipSpace(); !c.eat('}'); c.skipSpace()) {
    if (entries.length > 0) c.expect(',');
    const key = parseExpression(c, parseText);
    c.expect(':');
    entries.push([key, parseExpression(c, parseText)]);
  }
  return (s) => new Map(entries.map(([k, v]) => [textOf(k(s)), v(s)]));
}

function range(from: number, to: number): Value[] {
  const step = from <= to ? 1 : -1;
  // Bounded: the loop that consumes it is bounded as well.
  const length = Math.min(Math.abs(to - from) + 1, 10_000);
  return Number.isFinite(length) ? Array.from({ length }, (_, i) => from + i * step) : [];
}

function constant(value: Value): Evaluate {
  return () => value;
}
