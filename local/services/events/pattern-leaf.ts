/** Looks at one value of an event; undefined when the event has none there. */
export type Matcher = (value: unknown) => boolean;

type TextTest = (text: string) => boolean;

const lower = (text: string) => text.toLowerCase();

/** The texts between the stars of a pattern; `\*` and `\\` stand for the characters themselves. */
function betweenStars(pattern: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const [token] of pattern.matchAll(/\\[*\\]|./gs)) {
    if (token === '*') {
      parts.push(part);
      part = '';
    } else part += token.length === 2 ? token.slice(1) : token;
  }
  return [...parts, part];
}

/** Takes each text at the first place where it fits, so that many stars cost no more than few. */
function wildcard(pattern: string): TextTest {
  const [first = '', ...others] = betweenStars(pattern);
  const last = others.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const part of others) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}

const ignoreCase = (argument: unknown): string | undefined => {
  const text = (argument as Record<string, unknown> | null)?.['equals-ignore-case'];
  return typeof text === 'string' ? lower(text) : undefined;
};

/** Comparisons of texts, alone and within `anything-but`. */
const TEXT_TESTS: Readonly<Record<string, (argument: unknown) => TextTest | undefined>> = {
  prefix: (argument) => {
    const folded = ignoreCase(argument);
    if (folded !== undefined) return (text) => lower(text).startsWith(folded);
    return typeof argument === 'string' ? (text) => text.startsWith(argument) : undefined;
  },
  suffix: (argument) => {
    const folded = ignoreCase(argument);
    if (folded !== undefined) return (text) => lower(text).endsWith(folded);
    return typeof argument === 'string' ? (text) => text.endsWith(argument) : undefined;
  },
  'equals-ignore-case': (argument) =>
    typeof argument === 'string' ? (text) => lower(text) === lower(argument) : undefined,
  wildcard: (argument) => (typeof argument === 'string' ? wildcard(argument) : undefined),
};

const NUMBER_TESTS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function numeric(argument: unknown): Matcher | undefined {
  if (!Array.isArray(argument) || argument.length === 0 || argument.length % 2 !== 0) return undefined;
  const bounds: ((value: number) => boolean)[] = [];
  for (let i = 0; i < argument.length; i += 2) {
    const [operator, bound] = [argument[i] as string, argument[i + 1] as unknown];
    const test = Object.hasOwn(NUMBER_TESTS, operator) ? NUMBER_TESTS[operator] : undefined;
    if (!test || typeof bound !== 'number') return undefined;
    bounds.push((value) => test(value, bound));
  }
  return (value) => typeof value === 'number' && bounds.every((holds) => holds(value));
}

/** A value has to be there, and be none of those. */
function anythingBut(argument: unknown): Matcher | undefined {
  const options = Array.isArray(argument) ? (argument as unknown[]) : [argument];
  if (options.every((option) => typeof option === 'string' || typeof option === 'number')) {
    return (value) => isLeaf(value) && !options.includes(value as string | number);
  }
  const [[kind, operand] = ['', undefined]] = Object.entries((argument ?? {}) as object) as [
    string,
    unknown,
  ][];
  const operands = Array.isArray(operand) ? (operand as unknown[]) : [operand];
  const tests = Object.hasOwn(TEXT_TESTS, kind) ? operands.map(TEXT_TESTS[kind]!) : [undefined];
  if (tests.some((test) => test === undefined)) return undefined;
  return (value) => isLeaf(value) && !(typeof value === 'string' && tests.some((test) => test!(value)));
}

function isLeaf(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'object' || value === null);
}

function operator(name: string, argument: unknown): Matcher | undefined {
  if (name === 'exists' && typeof argument === 'boolean') return (value) => isLeaf(value) === argument;
  if (name === 'numeric') return numeric(argument);
  if (name === 'anything-but') return anythingBut(argument);
  const test = Object.hasOwn(TEXT_TESTS, name) ? TEXT_TESTS[name]!(argument) : undefined;
  return test && ((value) => typeof value === 'string' && test(value));
}

/** @throws SyntaxError when the comparison is not imitated */
export function leafMatcher(pattern: unknown): Matcher {
  if (typeof pattern !== 'object' || pattern === null) return (value) => value === pattern;
  const [entry, ...more] = Object.entries(pattern);
  const matcher = entry && more.length === 0 ? operator(entry[0], entry[1]) : undefined;
  if (!matcher) throw new SyntaxError(`the comparison ${JSON.stringify(pattern)} is not imitated`);
  return matcher;
}
