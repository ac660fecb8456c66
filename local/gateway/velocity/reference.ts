import { type Cursor } from './cursor';
import { parseExpression, type ParseText } from './expression';
import { callMethod, propertyOf } from './java-methods';
import { type Evaluate, type Scope, TemplateError } from './scope';
import { textOf, type Value } from './value';

const NAME = /[A-Za-z_][A-Za-z0-9_-]*/y;

type Step =
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'index'; readonly key: Evaluate }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Evaluate[] };

export interface Reference {
  readonly evaluate: Evaluate;
  /** `#set($a.b = …)`; a reference that ends in a call cannot be set. */
  readonly assign: (scope: Scope, value: Value) => void;
}

/** Whether a reference begins here: `$name`, `$!name`, `${name}`, `$!{name}`. */
export function startsReference(c: Cursor): boolean {
  return /^\$!?\{?[A-Za-z_]/.test(c.peek(4));
}

/** Parses `$a.b["c"].d(1)`. Names may hold hyphens, as CDK's preflight template relies on (AG §7.3). */
export function parseReference(c: Cursor, parseText: ParseText): Reference {
  c.eat('$');
  c.eat('!');
  const braced = c.eat('{');
  const root = c.match(NAME);
  if (root === undefined) throw new TemplateError(`expected a name at offset ${c.at} of the template`);
  const steps: Step[] = [];
  for (let step = parseStep(c, parseText); step; step = parseStep(c, parseText)) steps.push(step);
  if (braced) c.expect('}');
  return {
    evaluate: (scope) => follow(lookUp(scope, root), steps, scope),
    assign: (scope, value) => {
      const last = steps.at(-1);
      if (!last) scope.variables.set(root, value);
      else setInto(follow(lookUp(scope, root), steps.slice(0, -1), scope), last, value, scope);
    },
  };
}

function parseStep(c: Cursor, parseText: ParseText): Step | undefined {
  if (c.eat('[')) {
    const key = parseExpression(c, parseText);
    c.expect(']');
    return { kind: 'index', key };
  }
  // A full stop that no name follows belongs to the text.
  if (c.match(/\.(?=[A-Za-z_])/y) === undefined) return undefined;
  const name = c.match(NAME) as string;
  if (!c.eat('(')) return { kind: 'property', name };
  const args: Evaluate[] = [];
  for (c.skipSpace(); !c.eat(')'); c.skipSpace()) {
    if (args.length > 0) c.expect(',');
    args.push(parseExpression(c, parseText));
  }
  return { kind: 'call', name, args };
}

function lookUp(scope: Scope, name: string): Value {
  if (name === 'foreach' && scope.foreach) return scope.foreach;
  if (name === 'velocityCount' && scope.foreach) return scope.foreach.get('count');
  return scope.variables.get(name);
}

function follow(start: Value, steps: readonly Step[], scope: Scope): Value {
  let value = start;
  for (const step of steps) {
    if (value === undefined || value === null) return undefined;
    if (step.kind === 'property') value = propertyOf(value, step.name);
    else if (step.kind === 'index') value = indexInto(value, step.key(scope));
    else
      value = callMethod(
        value,
        step.name,
        step.args.map((arg) => arg(scope)),
      );
  }
  return value;
}

function indexInto(value: Value, key: Value): Value {
  return Array.isArray(value) ? value[Number(key)] : propertyOf(value, textOf(key));
}

function setInto(target: Value, last: Step, value: Value, scope: Scope): void {
  if (last.kind === 'call') throw new TemplateError(`${last.name}() cannot be set`);
  const key = last.kind === 'property' ? last.name : last.key(scope);
  if (target instanceof Map) target.set(textOf(key), value);
  else if (Array.isArray(target)) target[Number(key)] = value;
}
