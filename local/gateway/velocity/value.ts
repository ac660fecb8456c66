/**
 * Values of the Velocity Template Language. Maps are `Map`s and never plain objects: a template is fed by strangers'
 * JSON, and must not reach a prototype through a property name.
 */
export type Value = undefined | null | boolean | number | string | Value[] | ValueMap | HostObject;
export type ValueMap = Map<string, Value>;

/** An object of the gateway, such as `$input` and `$util`. */
export interface HostObject {
  readonly host: true;
  property(name: string): Value;
  /** @returns undefined when there is no such method */
  call(method: string, args: readonly Value[]): Value;
}

/** A list that came out of JSON: it prints as JSON, lists written in the template print as Java does (AG §7.3). */
export class JsonList extends Array<Value> {}

export function isHost(value: Value): value is HostObject {
  return typeof value === 'object' && value !== null && 'host' in value;
}

/** Only null and false are false: an empty string or list is a value. */
export function isTrue(value: Value): boolean {
  return value !== undefined && value !== null && value !== false;
}

/** What a reference prints; null prints nothing (AG §7.3). */
export function textOf(value: Value): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  if (value instanceof JsonList) return jsonOf(value);
  if (Array.isArray(value)) return `[${value.map(nestedText).join(', ')}]`;
  if (value instanceof Map) return `{${[...value].map(([k, v]) => `${k}=${nestedText(v)}`).join(', ')}}`;
  return '';
}

function nestedText(value: Value): string {
  return value === undefined || value === null ? 'null' : textOf(value);
}

/** Different types are compared as text; null equals the empty string (AG §7.3). */
export function areEqual(a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  if (a === b) return true;
  return textOf(a) === textOf(b);
}

export function jsonOf(value: Value): string {
  return (
    JSON.stringify(value, (_key, v: unknown) => (v instanceof Map ? Object.fromEntries(v) : v)) ?? 'null'
  );
}

/** Turns parsed JSON into values. */
export function valueOf(json: unknown): Value {
  if (Array.isArray(json)) return JsonList.from(json, valueOf) as JsonList;
  if (typeof json === 'object' && json !== null)
    return new Map(Object.entries(json).map(([k, v]) => [k, valueOf(v)]));
  return json as Value;
}

export function mapOf(record: Readonly<Record<string, Value>> | null | undefined): ValueMap {
  return new Map(Object.entries(record ?? {}));
}
