import type { AccountRecord } from '../../lib/domain/account';
import type { AccountProjection } from '../../lib/domain/billing/projection';
import type { QuotaEffect } from '../../lib/domain/billing/quota-effect';
import { number } from '../store/account-item';
import { accountUpdate } from '../store/account-update';
import type { AttributeValue } from '../store/dynamodb-client';

/**
 * The update that puts a projection onto the hot item. Among what its condition pins is the billing revision that was
 * seen, which is smaller than the new one: an older projection never overwrites a newer one.
 */
export function projectionUpdate(
  tableName: string,
  seen: AccountRecord,
  projection: AccountProjection,
  effect: QuotaEffect,
  revision: number,
): object {
  const set: [string, AttributeValue][] = [
    ['accessUntil', number(projection.accessUntil)],
    ['lapseReason', { S: projection.lapseReason }],
    ['paidUntil', number(projection.paidUntil)],
    ['quantity', number(projection.quantity)],
    ['billingRev', number(revision)],
  ];
  if (projection.plan !== undefined) set.push(['plan', { S: projection.plan }]);
  // Leases of the old plan end with its revision.
  if (projection.plan !== seen.plan) set.push(['planRev', number(seen.planRev + 1)]);
  if (projection.anchorAt !== undefined) set.push(['anchorAt', number(projection.anchorAt)]);
  const remove = projection.plan === undefined ? ['plan'] : [];
  return accountUpdate(tableName, seen, { set, remove, effect });
}
