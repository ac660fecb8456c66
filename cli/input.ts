import { ACCOUNT_ID_PATTERN } from '../lib/domain/key';
import { parseRoutePattern, SCOPE_PATTERN, type RouteRequest } from '../lib/domain/route';
import { errors } from './errors';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
};
const DURATION = /^\+?(\d{1,6})([smhdw])$/;
const DAYS = /^([+-]?\d{1,5})d?$/;
/** Date, or date and time; without a zone it is UTC, so that the same command means the same everywhere. */
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** An instant, or days from now (`30d`, `-3d`), in milliseconds since the epoch. */
export function parseInstant(option: string, text: string, now: number): number {
  const days = DAYS.exec(text);
  if (days) return now + Number(days[1]) * DAY_MS;
  const at = parseIso(text);
  if (at === undefined) throw errors.badInstant(option, text);
  return at;
}

function parseIso(text: string): number | undefined {
  if (!ISO.test(text)) return undefined;
  const hasZone = /(Z|[+-]\d{2}:\d{2})$/.test(text) || !text.includes('T');
  const at = Date.parse(hasZone ? text : `${text}Z`);
  return Number.isNaN(at) ? undefined : at;
}

/** Milliseconds: how far to move a clock, or to which instant. */
export type ClockMove = { readonly by: number } | { readonly to: number };

/** A duration (`+90m`) or an ISO 8601 instant. */
export function parseClockMove(text: string): ClockMove {
  const duration = DURATION.exec(text);
  if (duration) return { by: Number(duration[1]) * UNIT_MS[duration[2]!]! };
  const at = parseIso(text);
  if (at === undefined) throw errors.badClockMove(text);
  return { to: at };
}

/** Whole seconds, in milliseconds. */
export function parseSeconds(option: string, text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw errors.badSeconds(option, text);
  return Number(text) * 1000;
}

/** Hours (`24h`) or days (`7d`), in milliseconds. */
export function parseOverlap(text: string): number {
  const match = /^(\d{1,4})([hd])$/.exec(text);
  if (!match) throw errors.badOverlap(text);
  return Number(match[1]) * (match[2] === 'h' ? HOUR_MS : DAY_MS);
}

/** Most units at a time: what a DynamoDB number and a JavaScript one both hold exactly, with room for sums. */
const MOST_UNITS = 1_000_000_000_000;

/** Units of a quota. */
export function parseUnits(option: string, text: string): number {
  const units = Number(text);
  if (!/^\d{1,13}$/.test(text) || units < 1 || units > MOST_UNITS) throw errors.badUnits(option, text);
  return units;
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw errors.badPort(text);
  return port;
}

/** `NAME=VALUE`, repeatable. */
export function parseParameters(option: string, texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw errors.badParameter(option, text);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

export function parseAccountId(text: string): string {
  if (!ACCOUNT_ID_PATTERN.test(text)) throw errors.badAccountId(text);
  return text;
}

export function parseScope(text: string): string {
  if (!SCOPE_PATTERN.test(text)) throw errors.badScope(text);
  return text;
}

/** `VERB /path` of one method of the API. */
export function parseRoute(text: string): RouteRequest {
  const pattern = parseRoutePattern(text);
  if (!pattern || pattern.below || pattern.verb === '*') throw errors.badRoute(text);
  return { httpMethod: pattern.verb, resource: pattern.path };
}
