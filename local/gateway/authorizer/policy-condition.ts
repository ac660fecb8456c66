import { BlockList, isIP } from 'node:net';
import { matchesGlob } from '../glob';
import { ownValue } from '../../own-value';

/** What condition keys may ask about a request. */
export interface ConditionFacts {
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  readonly epochMs: number;
}

export type Condition = (facts: ConditionFacts) => boolean;
type Test = (actual: string) => boolean;
type Operator = (expected: readonly string[]) => { readonly test: Test; readonly negated: boolean } | null;

/** Keys of requests that carry no AWS identity; a key that is absent makes positive operators fail. */
const FACTS: Readonly<Record<string, (f: ConditionFacts) => string | undefined>> = {
  'aws:sourceip': (f) => f.sourceIp,
  'aws:useragent': (f) => f.userAgent,
  'aws:currenttime': (f) => new Date(f.epochMs).toISOString(),
  'aws:epochtime': (f) => String(Math.floor(f.epochMs / 1000)),
  'aws:securetransport': () => 'true',
};

const any =
  (expected: readonly string[], same: (actual: string, wanted: string) => boolean): Test =>
  (actual) =>
    expected.some((wanted) => same(actual, wanted));

const positive =
  (same: (actual: string, wanted: string) => boolean): Operator =>
  (expected) => ({ test: any(expected, same), negated: false });
const negative =
  (same: (actual: string, wanted: string) => boolean): Operator =>
  (expected) => ({ test: any(expected, same), negated: true });

const equal = (a: string, b: string): boolean => a === b;
const equalFold = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const like = (a: string, b: string): boolean => matchesGlob(b, a);
const instant = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: positive(equal),
  StringNotEquals: negative(equal),
  StringEqualsIgnoreCase: positive(equalFold),
  StringNotEqualsIgnoreCase: negative(equalFold),
  StringLike: positive(like),
  StringNotLike: negative(like),
  Bool: positive(equalFold),
  IpAddress: addresses(false),
  NotIpAddress: addresses(true),
  NumericEquals: positive((a, b) => Number(a) === Number(b)),
  NumericNotEquals: negative((a, b) => Number(a) === Number(b)),
  NumericLessThan: positive((a, b) => Number(a) < Number(b)),
  NumericLessThanEquals: positive((a, b) => Number(a) <= Number(b)),
  NumericGreaterThan: positive((a, b) => Number(a) > Number(b)),
  NumericGreaterThanEquals: positive((a, b) => Number(a) >= Number(b)),
  DateEquals: positive((a, b) => instant(a) === instant(b)),
  DateNotEquals: negative((a, b) => instant(a) === instant(b)),
  DateLessThan: positive((a, b) => instant(a) < instant(b)),
  DateLessThanEquals: positive((a, b) => instant(a) <= instant(b)),
  DateGreaterThan: positive((a, b) => instant(a) > instant(b)),
  DateGreaterThanEquals: positive((a, b) => instant(a) >= instant(b)),
};

/**
 * Compiles a `Condition` block: every operator and every key must hold.
 *
 * @returns null when it has an operator that IAM does not know or a value that is not text
 */
export function compileConditions(block: unknown): Condition | null {
  if (typeof block !== 'object' || block === null || Array.isArray(block)) return null;
  const tests: Condition[] = [];
  for (const [name, keys] of Object.entries(block as Record<string, unknown>)) {
    const ifExists = name.endsWith('IfExists');
    const operator = ownValue(OPERATORS, ifExists ? name.slice(0, -'IfExists'.length) : name);
    if (!operator || typeof keys !== 'object' || keys === null) return null;
    for (const [key, values] of Object.entries(keys as Record<string, unknown>)) {
      const expected = (Array.isArray(values) ? (values as unknown[]) : [values]).map(String);
      const compiled = operator(expected);
      if (!compiled) return null;
      const fact = ownValue(FACTS, key.toLowerCase()) ?? (() => undefined);
      const whenAbsent = compiled.negated || ifExists;
      tests.push((facts) => {
        const actual = fact(facts);
        return actual === undefined ? whenAbsent : compiled.test(actual) !== compiled.negated;
      });
    }
  }
  return (facts) => tests.every((test) => test(facts));
}

function addresses(negated: boolean): Operator {
  return (expected) => {
    const list = new BlockList();
    try {
      for (const range of expected) {
        const [address = '', bits] = range.split('/');
        const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
        list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
      }
    } catch {
      return null;
    }
    return { test: (ip) => list.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4'), negated };
  };
}
