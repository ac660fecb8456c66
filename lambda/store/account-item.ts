import type { Access } from '../../lib/domain/access';
import { NEVER, type AccountRecord, type KeyGrant } from '../../lib/domain/account';
import { LAPSE_REASONS, type LapseReason } from '../../lib/domain/reason';
import type { AttributeValue, Item } from './dynamodb-client';

/** Of a key's grant; short, as there is one for each key. */
export const LAST_USED_DAY = 'day';

/** Period of an account that has not made a request yet; DynamoDB emulators refuse an empty text. */
export const NO_PERIOD = 'none';

export interface NewAccount {
  readonly accountId: string;
  /** Absent: the account has never had a plan. */
  readonly plan?: string;
  readonly access: Access;
  /** Value of its own API Gateway key; absent: it uses a pool key. */
  readonly usageKey?: string;
}

/** @param now milliseconds since the epoch */
export function newAccountRecord(account: NewAccount, now: number): AccountRecord {
  return {
    accountId: account.accountId,
    plan: account.plan,
    planRev: 1,
    ...account.access,
    anchorAt: now,
    // The first request opens the first period: only the authorizer knows quotas.
    periodId: NO_PERIOD,
    periodEnd: 0,
    remaining: 0,
    keys: {},
    usageKey: account.usageKey,
    suspended: false,
  };
}

export function accountKey(accountId: string): Item {
  return { pk: { S: `ACCOUNT#${accountId}` }, sk: { S: 'ACCOUNT' } };
}

export function toAccountItem(account: AccountRecord): Item {
  return {
    ...accountKey(account.accountId),
    ...(account.plan === undefined ? {} : { plan: { S: account.plan } }),
    planRev: number(account.planRev),
    accessUntil: number(account.accessUntil),
    lapseReason: { S: account.lapseReason },
    ...(account.paidUntil === undefined ? {} : { paidUntil: number(account.paidUntil) }),
    ...(account.quantity === undefined ? {} : { quantity: number(account.quantity) }),
    ...(account.quotaLimit === undefined ? {} : { quotaLimit: number(account.quotaLimit) }),
    ...(account.routesOf === undefined ? {} : { routesOf: { S: account.routesOf } }),
    ...(account.billingRev === undefined ? {} : { billingRev: number(account.billingRev) }),
    anchorAt: number(account.anchorAt),
    periodId: { S: account.periodId },
    periodEnd: number(account.periodEnd),
    remaining: number(account.remaining),
    ...(account.credits === undefined ? {} : { credits: number(account.credits) }),
    ...(account.overage === undefined ? {} : { overage: number(account.overage) }),
    ...Object.fromEntries(
      Object.entries(account.daily ?? {}).map(([day, units]) => [dayAttribute(Number(day)), number(units)]),
    ),
    keys: { M: Object.fromEntries(Object.entries(account.keys).map(([id, grant]) => [id, toGrant(grant)])) },
    ...(account.usageKey === undefined ? {} : { usageKey: { S: account.usageKey } }),
    ...(account.suspended ? { suspended: { BOOL: true } } : {}),
  };
}

/** @throws TypeError when an attribute that decides on access is missing or damaged: unknown means refused */
export function fromAccountItem(accountId: string, item: Item): AccountRecord {
  return {
    accountId,
    plan: text(item.plan),
    planRev: mustNumber(item, 'planRev'),
    accessUntil: mustNumber(item, 'accessUntil'),
    lapseReason: lapseReason(item),
    ...optionalNumber(item, 'paidUntil'),
    ...optionalNumber(item, 'quantity'),
    ...optionalNumber(item, 'quotaLimit'),
    ...(item.routesOf && { routesOf: text(item.routesOf) }),
    ...optionalNumber(item, 'billingRev'),
    anchorAt: mustNumber(item, 'anchorAt'),
    periodId: text(item.periodId) ?? NO_PERIOD,
    periodEnd: mustNumber(item, 'periodEnd'),
    remaining: mustNumber(item, 'remaining'),
    ...optionalNumber(item, 'credits'),
    ...optionalNumber(item, 'overage'),
    ...daily(item),
    keys: keyGrants(item.keys),
    usageKey: text(item.usageKey),
    suspended: item.suspended !== undefined && 'BOOL' in item.suspended && item.suspended.BOOL,
  };
}

export function toGrant(grant: KeyGrant): AttributeValue {
  return {
    M: {
      expiresAt: number(grant.expiresAt),
      scopes: { L: grant.scopes.map((scope) => ({ S: scope })) },
      ...(grant.lastUsedDay === undefined ? {} : { [LAST_USED_DAY]: number(grant.lastUsedDay) }),
    },
  };
}

export function number(value: number): { N: string } {
  return { N: String(value) };
}

/** Each byte of a name is paid for with each write: four of them name a day until the year 2097. */
const DAY_ATTRIBUTE = /^d([0-9a-z]{3})$/;

/** Attribute that holds the units of a day; a number, so that an `ADD` makes it where there is none. */
export function dayAttribute(day: number): string {
  return `d${day.toString(36)}`;
}

function daily(item: Item): Pick<AccountRecord, 'daily'> {
  const days = Object.keys(item).flatMap((name) => {
    const day = DAY_ATTRIBUTE.exec(name)?.[1];
    return day === undefined ? [] : [[Number.parseInt(day, 36), mustNumber(item, name)]];
  });
  return days.length === 0 ? {} : { daily: Object.fromEntries(days) as Record<number, number> };
}

function keyGrants(value: AttributeValue | undefined): Record<string, KeyGrant> {
  if (value === undefined || !('M' in value)) return {};
  return Object.fromEntries(Object.entries(value.M).map(([id, grant]) => [id, fromGrant(grant)]));
}

function fromGrant(value: AttributeValue): KeyGrant {
  const members = 'M' in value ? value.M : {};
  const scopes = members.scopes !== undefined && 'L' in members.scopes ? members.scopes.L : [];
  return {
    // A grant whose expiry cannot be read is not one that never expires.
    expiresAt: members.expiresAt === undefined ? 0 : Math.min(NEVER, mustNumber(members, 'expiresAt')),
    scopes: scopes.flatMap((scope) => ('S' in scope ? [scope.S] : [])),
    ...(members[LAST_USED_DAY] && { lastUsedDay: mustNumber(members, LAST_USED_DAY) }),
  };
}

function text(value: AttributeValue | undefined): string | undefined {
  return value !== undefined && 'S' in value ? value.S : undefined;
}

function optionalNumber<K extends string>(item: Item, name: K): { [P in K]?: number } {
  return item[name] === undefined ? {} : ({ [name]: mustNumber(item, name) } as { [P in K]?: number });
}

function mustNumber(item: Item, name: string): number {
  const value = item[name];
  const parsed = value !== undefined && 'N' in value ? Number(value.N) : Number.NaN;
  if (!Number.isFinite(parsed))
    throw new TypeError(`attribute ${name} must be a number, got ${JSON.stringify(value)}`);
  return parsed;
}

function lapseReason(item: Item): LapseReason {
  const value = text(item.lapseReason);
  const reason = LAPSE_REASONS.find((candidate) => candidate === value);
  if (reason === undefined)
    throw new TypeError(`attribute lapseReason must be one of ${LAPSE_REASONS.join(', ')}, got '${value}'`);
  return reason;
}
