import { number } from './account-item';
import type { Item } from './dynamodb-client';

/** Sort key of what is left of an erased account: that it was erased, and when. Nothing of what it was. */
export const ERASED = 'ERASED';

export function erasedKey(account: string): Item {
  return { pk: { S: `ACCOUNT#${account}` }, sk: { S: ERASED } };
}

/** @param at milliseconds since the epoch */
export function erasedMark(account: string, at: number): Item {
  return { ...erasedKey(account), erasedAt: number(at) };
}

/** @returns milliseconds since the epoch; `undefined` without a mark */
export function erasedAt(item: Item | undefined): number | undefined {
  return item?.erasedAt !== undefined && 'N' in item.erasedAt ? Number(item.erasedAt.N) : undefined;
}
