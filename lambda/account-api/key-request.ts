import { HttpProblem, refuseUnknown } from '../http/http';

const DAY_MS = 86_400_000;
const MAX_LABEL = 64;
/** Control characters and their like: labels are shown in terminals, which would obey them. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const MAX_DAYS = 3650;
const MAX_OVERLAP_HOURS = 24 * 30;

/** What a customer may say of a key that is to be made. */
export interface KeyRequest {
  readonly label: string;
  /** Milliseconds since the epoch; absent: does not expire. */
  readonly expiresAt?: number;
  readonly scopes: readonly string[];
}

/**
 * @param held scopes of the key that asks: a key cannot make one that may do more than itself
 * @throws HttpProblem 400 for a malformed member, 403 for a scope that the caller does not hold
 */
export function readKeyRequest(
  body: Record<string, unknown>,
  held: readonly string[],
  now: number,
): KeyRequest {
  const { label = '', expiresInDays, scopes = [] } = body;
  refuseUnknown(body, ['label', 'expiresInDays', 'scopes']);
  if (typeof label !== 'string' || label.length > MAX_LABEL || UNPRINTABLE.test(label)) {
    throw bad(`label must be a text of at most ${MAX_LABEL} printable characters`);
  }
  if (expiresInDays !== undefined && !isWhole(expiresInDays, 1, MAX_DAYS)) {
    throw bad(`expiresInDays must be a whole number from 1 to ${MAX_DAYS}`);
  }
  if (!Array.isArray(scopes) || !scopes.every((scope): scope is string => typeof scope === 'string')) {
    throw bad('scopes must be a list of texts');
  }
  const missing = scopes.filter((scope) => !held.includes(scope));
  if (missing.length > 0) {
    throw new HttpProblem(
      403,
      'Forbidden',
      `the key that asks does not carry the scopes ${missing.join(', ')}`,
    );
  }
  return {
    label,
    // Each is stored on the item that every request reads: naming one often must not make it dear.
    scopes: [...new Set(scopes)],
    ...(expiresInDays !== undefined && { expiresAt: now + (expiresInDays as number) * DAY_MS }),
  };
}

/**
 * How long both keys work, milliseconds.
 *
 * @throws HttpProblem 400
 */
export function readOverlap(body: Record<string, unknown>): number {
  const { overlapHours = 24 } = body;
  refuseUnknown(body, ['overlapHours', 'label']);
  if (!isWhole(overlapHours, 0, MAX_OVERLAP_HOURS)) {
    throw bad(`overlapHours must be a whole number from 0 to ${MAX_OVERLAP_HOURS}`);
  }
  return (overlapHours as number) * 3_600_000;
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function bad(detail: string): HttpProblem {
  return new HttpProblem(400, 'Bad request', detail);
}
