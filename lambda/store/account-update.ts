import type { AccountRecord } from '../../lib/domain/account';
import type { QuotaEffect } from '../../lib/domain/billing/quota-effect';
import { accountKey, NO_PERIOD, number } from './account-item';
import type { AttributeValue } from './dynamodb-client';

/** A change of what an account may do. */
export interface AccountUpdate {
  readonly set: readonly (readonly [name: string, value: AttributeValue])[];
  readonly remove: readonly string[];
  /** What it does to the units of the open period. */
  readonly effect: QuotaEffect;
}

/**
 * The update that changes the hot item: named attributes only, as requests take units from the same item meanwhile.
 * Units are added, never set, for the same reason.
 *
 * The condition pins everything that a quota effect is computed from: plan, payment (`billingRev`), the account's own
 * limit (`planRev`) and the period.
 */
export function accountUpdate(tableName: string, seen: AccountRecord, update: AccountUpdate): object {
  const { effect, remove } = update;
  const set = [...update.set, ...periodOf(effect)];
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
  const names = ['plan', 'planRev', 'periodId', 'billingRev', ...set.map(([name]) => name), ...remove];
  if (units !== 0) names.push('remaining');
  if (changesPeriod) names.push('overage', 'overageClosed');
  const removals = remove.length === 0 ? '' : ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}`;
  return {
    TableName: tableName,
    Key: accountKey(seen.accountId),
    UpdateExpression: `SET ${assignments.join(', ')}${removals}`,
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

function periodOf(effect: QuotaEffect): AccountUpdate['set'] {
  switch (effect.kind) {
    case 'open':
      return [
        ['periodId', { S: effect.periodId }],
        ['periodEnd', number(effect.periodEnd)],
      ];
    case 'close':
      return [
        ['periodId', { S: NO_PERIOD }],
        ['periodEnd', number(0)],
        ['remaining', number(0)],
      ];
    default:
      return [];
  }
}
