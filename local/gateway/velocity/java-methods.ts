import { areEqual, isHost, textOf, type Value, type ValueMap } from './value';

type Method<T> = (self: T, args: readonly Value[]) => Value;

const regex = (value: Value, flags = ''): RegExp => new RegExp(textOf(value), flags);
const int = (value: Value): number => Math.trunc(Number(value));

/** The methods of java.lang.String that templates use. */
const STRING: Readonly<Record<string, Method<string>>> = {
  charAt: (s, [i]) => s.charAt(int(i)),
  concat: (s, [t]) => s + textOf(t),
  contains: (s, [t]) => s.includes(textOf(t)),
  endsWith: (s, [t]) => s.endsWith(textOf(t)),
  equals: (s, [t]) => s === t,
  equalsIgnoreCase: (s, [t]) => s.toLowerCase() === textOf(t).toLowerCase(),
  indexOf: (s, [t]) => s.indexOf(textOf(t)),
  isEmpty: (s) => s === '',
  lastIndexOf: (s, [t]) => s.lastIndexOf(textOf(t)),
  length: (s) => s.length,
  matches: (s, [r]) => new RegExp(`^(?:${textOf(r)})$`).test(s),
  replace: (s, [a, b]) => s.replaceAll(textOf(a), () => textOf(b)),
  replaceAll: (s, [r, b]) => s.replace(regex(r, 'g'), textOf(b)),
  replaceFirst: (s, [r, b]) => s.replace(regex(r), textOf(b)),
  split: (s, [r]) => s.split(regex(r)),
  startsWith: (s, [t]) => s.startsWith(textOf(t)),
  substring: (s, [a, b]) => s.substring(int(a), b === undefined ? s.length : int(b)),
  toLowerCase: (s) => s.toLowerCase(),
  toString: (s: string) => s,
  toUpperCase: (s) => s.toUpperCase(),
  trim: (s) => s.trim(),
};

/** java.util.List */
const LIST: Readonly<Record<string, Method<Value[]>>> = {
  add: (l, args) => {
    if (args.length > 1) l.splice(int(args[0]), 0, args[1]);
    else l.push(args[0]);
    return true;
  },
  addAll: (l, [more]) => Array.isArray(more) && l.push(...more) > 0,
  contains: (l, [v]) => l.some((x) => areEqual(x, v)),
  get: (l, [i]) => l[int(i)],
  indexOf: (l, [v]) => l.findIndex((x) => areEqual(x, v)),
  isEmpty: (l) => l.length === 0,
  remove: (l, [i]) => l.splice(int(i), 1)[0],
  set: (l, [i, v]) => {
    const before = l[int(i)];
    l[int(i)] = v;
    return before;
  },
  size: (l) => l.length,
  subList: (l, [a, b]) => l.slice(int(a), int(b)),
  toString: (l: Value[]) => textOf(l),
};

/** java.util.Map */
const MAP: Readonly<Record<string, Method<ValueMap>>> = {
  containsKey: (m, [k]) => m.has(textOf(k)),
  containsValue: (m, [v]) => [...m.values()].some((x) => areEqual(x, v)),
  entrySet: (m) =>
    [...m].map(
      ([key, value]) =>
        new Map<string, Value>([
          ['key', key],
          ['value', value],
        ]),
    ),
  get: (m, [k]) => m.get(textOf(k)),
  getKey: (m) => m.get('key'),
  getValue: (m) => m.get('value'),
  isEmpty: (m) => m.size === 0,
  keySet: (m) => [...m.keys()],
  put: (m, [k, v]) => {
    const before = m.get(textOf(k));
    m.set(textOf(k), v);
    return before;
  },
  putAll: (m, [more]) => {
    if (more instanceof Map) for (const [k, v] of more) m.set(k, v);
    return undefined;
  },
  remove: (m, [k]) => {
    const before = m.get(textOf(k));
    m.delete(textOf(k));
    return before;
  },
  size: (m) => m.size,
  toString: (m: ValueMap) => textOf(m),
  values: (m) => [...m.values()],
};

/** java.lang.Number and java.lang.Boolean */
const SCALAR: Readonly<Record<string, Method<Value>>> = {
  doubleValue: (v) => Number(v),
  equals: (v, [w]) => v === w,
  intValue: (v) => int(v),
  longValue: (v) => int(v),
  toString: (v: Value) => textOf(v),
};

/** Calls a method; null and unknown methods yield undefined, which prints nothing. */
export function callMethod(self: Value, name: string, args: readonly Value[]): Value {
  if (self === undefined || self === null) return undefined;
  if (isHost(self)) return self.call(name, args);
  if (typeof self === 'string') return own(STRING, name)?.(self, args);
  if (Array.isArray(self)) return own(LIST, name)?.(self, args);
  if (self instanceof Map) return own(MAP, name)?.(self, args);
  return own(SCALAR, name)?.(self, args);
}

function own<T>(table: Readonly<Record<string, Method<T>>>, name: string): Method<T> | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** `$a.name`: a map's entry, or a bean getter of a few Java types. */
export function propertyOf(self: Value, name: string): Value {
  if (self instanceof Map) return self.get(name);
  if (isHost(self as Value)) return (self as { property(n: string): Value }).property(name);
  if (name === 'empty' && (typeof self === 'string' || Array.isArray(self))) return self.length === 0;
  return undefined;
}
