import { type Cursor } from './cursor';
import { parseExpression, type ParseText } from './expression';
import { parseReference } from './reference';
import {
  countStep,
  type Evaluate,
  MAX_FOREACH,
  MAX_MACRO_DEPTH,
  type Render,
  type Scope,
  TemplateError,
} from './scope';
import { parseBlock, type Terminator } from './template';
import { isTrue, type Value } from './value';

/** A directive's rendering, literal text, or the end of the enclosing block. */
export type Item =
  Render | string | { readonly terminator: Exclude<Terminator, 'eof'>; readonly source: string };

const REST_OF_LINE = /[ \t]*\r?\n/y;

/** Parses what begins with `#`. @param before parts so far: `#set` removes the blanks before it on its line */
export function parseDirective(c: Cursor, before: (string | Render)[], parseText: ParseText): Item {
  if (c.match(/##[^\n]*(?:\n|$)/y) !== undefined) return '';
  if (c.match(/#\*[^]*?\*#/y) !== undefined) return '';
  const raw = c.match(/#\[\[[^]*?\]\]#/y);
  if (raw !== undefined) return raw.slice(3, -3);
  const head = c.match(/#(?:\{[a-zA-Z]\w*\}|[a-zA-Z]\w*)/y);
  if (head === undefined) {
    c.eat('#');
    return '#';
  }
  const name = head.replace(/[#{}]/g, '');
  switch (name) {
    case 'set':
      trimLine(before);
      return parseSet(c, parseText);
    case 'if':
      return parseIf(c, parseText);
    case 'foreach':
      return parseForeach(c, parseText);
    case 'macro':
      return parseMacro(c);
    case 'define':
      return parseDefine(c, parseText);
    case 'break':
    case 'stop':
      return (scope) => {
        scope.signal = name;
        return '';
      };
    case 'end':
      c.match(REST_OF_LINE);
      return { terminator: name, source: head };
    case 'else':
    case 'elseif':
      return { terminator: name, source: head };
    default:
      return c.peek() === '(' ? parseMacroCall(c, name, parseText) : head;
  }
}

function trimLine(before: (string | Render)[]): void {
  const last = before.at(-1);
  if (typeof last === 'string') before[before.length - 1] = last.replace(/[ \t]+$/, '');
}

function parseSet(c: Cursor, parseText: ParseText): Render {
  c.expect('(');
  c.skipSpace();
  const target = parseReference(c, parseText);
  c.expect('=');
  const value = parseExpression(c, parseText);
  closeArguments(c);
  return (scope) => {
    target.assign(scope, value(scope));
    return '';
  };
}

function closeArguments(c: Cursor): void {
  c.expect(')');
  c.match(REST_OF_LINE);
}

function parseIf(c: Cursor, parseText: ParseText): Render {
  const branches: { readonly condition: Evaluate; readonly body: Render }[] = [];
  let otherwise: Render = () => '';
  for (let terminator: Terminator = 'elseif'; terminator !== 'end';) {
    if (terminator === 'eof') throw new TemplateError('#if without #end');
    if (terminator === 'else') {
      const block = parseBlock(c, 'nested');
      otherwise = block.render;
      terminator = block.terminator;
      if (terminator !== 'end') throw new TemplateError('#else is not followed by #end');
      continue;
    }
    c.expect('(');
    const condition = parseExpression(c, parseText);
    closeArguments(c);
    const block = parseBlock(c, 'nested');
    branches.push({ condition, body: block.render });
    terminator = block.terminator;
  }
  return (scope) => {
    for (const { condition, body } of branches) if (isTrue(condition(scope))) return body(scope);
    return otherwise(scope);
  };
}

/** A block that must be closed by `#end`. */
function parseBody(c: Cursor, name: string): Render {
  const block = parseBlock(c, 'nested');
  if (block.terminator !== 'end') throw new TemplateError(`#${name} without #end`);
  return block.render;
}

function parseForeach(c: Cursor, parseText: ParseText): Render {
  c.expect('(');
  c.skipSpace();
  const item = parseReference(c, parseText);
  c.skipSpace();
  c.expect('in');
  const source = parseExpression(c, parseText);
  closeArguments(c);
  const body = parseBody(c, 'foreach');
  return (scope) => {
    const items = itemsOf(source(scope));
    if (items.length > MAX_FOREACH) throw new TemplateError(`#foreach exceeds ${MAX_FOREACH} iterations`);
    const outer = scope.foreach;
    let out = '';
    for (const [index, value] of items.entries()) {
      countStep(scope);
      item.assign(scope, value);
      scope.foreach = loopState(index, items.length, outer);
      out += body(scope);
      if (scope.signal !== 'none') break;
    }
    scope.foreach = outer;
    if (scope.signal === 'break') scope.signal = 'none';
    return out;
  };
}

function itemsOf(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  return value instanceof Map ? [...value.values()] : [];
}

function loopState(index: number, length: number, parent: Value): Map<string, Value> {
  return new Map<string, Value>([
    ['index', index],
    ['count', index + 1],
    ['hasNext', index + 1 < length],
    ['first', index === 0],
    ['last', index + 1 === length],
    ['parent', parent],
  ]);
}

function parseMacro(c: Cursor): Render {
  c.expect('(');
  c.skipSpace();
  const name = c.match(/\w+/y);
  if (name === undefined) throw new TemplateError('#macro without a name');
  const parameters: string[] = [];
  for (c.skipSpace(); c.peek() !== ')'; c.skipSpace()) {
    const parameter = c.match(/,?\s*\$[\w-]+/y);
    if (parameter === undefined) throw new TemplateError(`#macro(${name}) has a malformed parameter list`);
    parameters.push(parameter.replace(/[,\s$]/g, ''));
  }
  closeArguments(c);
  const body = parseBody(c, 'macro');
  return (scope) => {
    scope.macros.set(name, { parameters, body });
    return '';
  };
}

function parseMacroCall(c: Cursor, name: string, parseText: ParseText): Render {
  c.expect('(');
  const args: Evaluate[] = [];
  for (c.skipSpace(); !c.eat(')'); c.skipSpace()) {
    c.eat(',');
    args.push(parseExpression(c, parseText));
  }
  return (scope) => callMacro(scope, name, args);
}

function callMacro(scope: Scope, name: string, args: readonly Evaluate[]): string {
  const macro = scope.macros.get(name);
  if (!macro) throw new TemplateError(`#${name} is not defined`);
  if (scope.depth >= MAX_MACRO_DEPTH) throw new TemplateError(`#${name} calls itself too deeply`);
  countStep(scope);
  const values = args.map((arg) => arg(scope));
  const saved = macro.parameters.map((p) => scope.variables.get(p));
  for (const [i, p] of macro.parameters.entries()) scope.variables.set(p, values[i]);
  scope.depth++;
  const out = macro.body(scope);
  scope.depth--;
  for (const [i, p] of macro.parameters.entries()) scope.variables.set(p, saved[i]);
  return out;
}

function parseDefine(c: Cursor, parseText: ParseText): Render {
  c.expect('(');
  c.skipSpace();
  const target = parseReference(c, parseText);
  closeArguments(c);
  const body = parseBody(c, 'define');
  return (scope) => {
    target.assign(scope, body(scope));
    return '';
  };
}
