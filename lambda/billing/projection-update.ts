import type { AccountRecord } from '../../lib/domain/account';
import type { AccountProjection } from '../../lib/domain/billing/projection';
import type { QuotaEffect } from '../../lib/domain/billing/quota-effect';
import { accountKey, NO_PERIOD, number } from '../store/account-item';
import type { AttributeValue } from '../store/dynamodb-client';

/**
 * The update that puts a projection onto the hot item: named attributes only, as requests take units from the same
 * item meanwhile. Units are added, never set, for the same reason.
 *
 * The condition pins everything that the quota effect was computed from. Among it is the revision that was seen,
 * which is smaller than the new one: an older projection never overwrites a newer one.
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
  if (effect.kind === 'open') {
    set.push(['periodId', { S: effect.periodId }], ['periodEnd', number(effect.periodEnd)]);
  } else if (effect.kind === 'close') {
    set.push(['periodId', { S: NO_PERIOD }], ['periodEnd', number(0)], ['remaining', number(0)]);
  }
  const units = effect.kind === 'add' || effect.kind === 'open' ? effect.units : 0;
  const assignments = set.map(([name]) => `#${name} = :${name}`);
  const changesPeriod = effect.kind === 'open' || effect.kind === 'close';
  // As at a rollover: what was used beyond the limit of the old period is put aside for the bill.
  if (changesPeriod) {
    const closed = ['overageClosed', 'overage'].map((name) => `if_not_exists(#${name}, :zero)`).join(' + ');
    assignments.push(`#overageClosed = ${closed}`, '#overage = :zero');
  }
  if (units !== 0) assignments.push('#remaining = #remaining + :units');

  const plan = seen.plan === undefined ? 'attribute_not_exists(#plan)' : '#plan = :seenPlan';
  const rev = seen.billingRev === undefined ? 'attribute_not_exists(#billingRev)' : '#billingRev = :seenRev';
  const names = ['plan', 'planRev', 'periodId', 'billingRev', ...set.map(([name]) => name)];
  if (units !== 0) names.push('remaining');
  if (changesPeriod) names.push('overage', 'overageClosed');
  return {
    TableName: tableName,
    Key: accountKey(seen.accountId),
    UpdateExpression: `SET ${assignments.join(', ')}${projection.plan === undefined ? ' REMOVE #plan' : ''}`,
    ConditionExpression: `${rev} AND ${plan} AND #planRev = :seenPlanRev AND #periodId = :seenPeriod`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
      ...(units !== 0 && { ':units': number(units) }),
      ...(changesPeriod && { ':zero': number(0) }),
      ...(seen.plan !== undefined && { ':seenPlan': { S: seen.plan } }),
      ...(seen.billingRev !== undefined && { ':seenRev': number(seen.billingRev) }),
      ':seenPlanRev': number(seen.planRev),
      ':seenPeriod': { S: seen.periodId },
    },
  };
}
