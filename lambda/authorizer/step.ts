import type { AccountRecord } from '../../lib/domain/account';
import type { RouteRequirement } from '../../lib/domain/catalogue';
import type { Decision } from '../../lib/domain/decision';
import type { Period } from '../../lib/domain/period';
import type { PlanDefinition } from '../../lib/domain/plan';
import { unitsOf, type Draw } from '../../lib/domain/quota';
import type { AccountStore, AdmissionCondition, TakeResult } from '../store/account-store';

/** One request to the store. */
export type Step =
  | { readonly kind: 'read' }
  /**
   * `plan`: on which the draw was computed; absent: from the period alone, on whatever plan holds the route.
   * `routesOf`: the plan by which the account may call a route that its own plan does not hold.
   */
  | {
      readonly kind: 'take';
      readonly draw: Draw;
      readonly plan?: PlanDefinition;
      readonly routesOf?: string;
    }
  | {
      readonly kind: 'roll-over';
      readonly from: AccountRecord;
      readonly to: Period;
      readonly plan: PlanDefinition;
      readonly routesOf?: string;
      readonly limit: number;
      readonly units: number;
    };

export async function performStep(
  store: AccountStore,
  step: Step,
  condition: AdmissionCondition,
): Promise<TakeResult> {
  switch (step.kind) {
    case 'read':
      return { kind: 'refused', account: await store.read(condition.credential.accountId) };
    case 'take': {
      const { draw, plan, routesOf } = step;
      // Beyond the limit only on the plan that allows it: the account may have left it meanwhile.
      const beyond = draw.overage > 0 && plan !== undefined;
      return store.take({
        ...condition,
        draw,
        ...((beyond || routesOf !== undefined) && plan && { plans: [plan.id], routesOf }),
        ...(beyond && { maxOverage: plan.quota?.maxOverage }),
      });
    }
    case 'roll-over': {
      const { from, to, plan, routesOf, limit, units } = step;
      const closesOverage = plan.quota?.maxOverage !== undefined;
      return store.rollOver({
        ...condition,
        plans: [plan.id],
        routesOf,
        from,
        to,
        remaining: limit - units,
        units,
        closesOverage,
      });
    }
  }
}

/** Units that are the caller's when the step succeeds. */
export function unitsTaken(step: Step): number {
  if (step.kind === 'read') return 0;
  return step.kind === 'take' ? unitsOf(step.draw) : step.units;
}

/** What has to be done before the request can be answered; `undefined`: nothing, the decision is the answer. */
export function nextStep(
  decision: Decision,
  account: AccountRecord | undefined,
  route: RouteRequirement,
): Step | undefined {
  if (decision.kind === 'allow' && decision.draw !== undefined) {
    // Exactly what the request costs: more was asked for than remains, or what remains was not known.
    return {
      kind: 'take',
      draw: decision.draw,
      plan: decision.plan,
      routesOf: routesBeside(account, route),
    };
  }
  if (decision.kind !== 'roll-over') return undefined;
  const { limit, next, plan } = decision;
  // A request that costs more than a whole period holds opens the period, and is then decided on what there is.
  const units = route.cost <= limit ? route.cost : 0;
  const routesOf = routesBeside(account, route);
  return { kind: 'roll-over', from: account!, to: next, plan, routesOf, limit, units };
}

/** The other plan by which an account may call the route, when its own does not hold it. */
export function routesBeside(
  account: AccountRecord | undefined,
  { plans }: RouteRequirement,
): string | undefined {
  return plans.includes(account?.plan ?? '') ? undefined : account?.routesOf;
}
