import type { CatalogueDefinition, PlanDefinition } from '../../lib/domain/plan';
import { errors } from '../errors';
import type { Scenario } from './scenarios';

/** What the customer of a scenario buys. */
export interface Purchase {
  readonly plan: PlanDefinition;
  readonly price: string;
  /** Of the next plan that can be bought. */
  readonly higherPrice?: string;
}

/** @throws CliError `NoPlanForSale` or `NoDearerPlan` */
export function choosePrices(
  { plans }: CatalogueDefinition,
  wanted: string | undefined,
  scenario: Pick<Scenario, 'name' | 'upgrades'>,
): Purchase {
  const forSale = plans.flatMap((plan) => {
    const [price] = plan.priceIds ?? [];
    return price === undefined ? [] : [{ plan, price }];
  });
  const index = wanted === undefined ? 0 : forSale.findIndex(({ plan }) => plan.id === wanted);
  const bought = forSale[index];
  if (!bought)
    throw errors.noPlanForSale(
      wanted,
      forSale.map(({ plan }) => plan.id),
    );
  const higher = forSale[index + 1];
  if (scenario.upgrades && !higher) throw errors.noDearerPlan(scenario.name, bought.plan.id);
  return { ...bought, ...(higher && { higherPrice: higher.price }) };
}
