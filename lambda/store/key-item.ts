import { number } from './account-item';
import type { AttributeValue, Item } from './dynamodb-client';

/** The description of a key; what it may do is on the account. */
export interface KeyRecord {
  readonly fingerprint: string;
  readonly label: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt: number;
  readonly scopes: readonly string[];
  /** Day on which the key was last let in, see `dayOf`; absent: never. */
  readonly lastUsedDay?: number;
}

export function keyItemKey(accountId: string, fingerprint: string): Item {
  return { pk: { S: `ACCOUNT#${accountId}` }, sk: { S: `KEY#${fingerprint}` } };
}

export function toKeyItem(accountId: string, record: KeyRecord): Item {
  return {
    ...keyItemKey(accountId, record.fingerprint),
    label: { S: record.label },
    createdAt: number(record.createdAt),
    createdBy: { S: record.createdBy },
    // Not `expiresAt`: that is the table's time to live, and a description outlives its key.
    validUntil: number(record.expiresAt),
    scopes: { L: record.scopes.map((scope) => ({ S: scope })) },
  };
}

export function fromKeyItem(item: Item): KeyRecord {
  const text = (value: AttributeValue | undefined): string => (value && 'S' in value ? value.S : '');
  const instant = (value: AttributeValue | undefined): number =>
    value && 'N' in value ? Number(value.N) : 0;
  return {
    fingerprint: text(item.sk).slice('KEY#'.length),
    label: text(item.label),
    createdAt: instant(item.createdAt),
    createdBy: text(item.createdBy),
    expiresAt: instant(item.validUntil),
    scopes: item.scopes && 'L' in item.scopes ? item.scopes.L.map((scope) => text(scope)) : [],
  };
}
