import type { AccountChange } from '../../lambda/store';
import { UNLIMITED_ACCESS, type Access } from '../../lib/domain/access';
import type { AccountRecord } from '../../lib/domain/account';
import type { CatalogueDefinition } from '../../lib/domain/plan';
import type { CliContext } from '../context';
import { findDeployment, withAccounts, type TargetOptions } from '../deployment/target';
import { errors } from '../errors';
import { parseAccountId, parseInstant, parseUnits } from '../input';
import { succeeded, type CommandResult } from '../message';
import { accountMessages } from '../messages/accounts';
import { tellProvisioner } from '../usage-keys/tell-provisioner';
import { translateConflict } from './conflict';
import { mustPlan } from './draft';
import { standingOf } from './standing';

export interface ChangeAccountOptions extends TargetOptions {
  readonly plan?: string;
  /** Units, or `plan`. */
  readonly limit?: string;
  /** Plan id, or `none`. */
  readonly routesOf?: string;
  /** Instant, or `never`. */
  readonly accessUntil?: string;
  /** False with `--no-suspend`. */
  readonly suspend?: boolean;
}

/** Changes what an account may do; what was used of its period stays used. */
export async function changeAccount(
  id: string,
  options: ChangeAccountOptions,
  context: CliContext,
): Promise<CommandResult> {
  const accountId = parseAccountId(id);
  const { plan, limit, routesOf, accessUntil, suspend } = options;
  if ([plan, limit, routesOf, accessUntil, suspend].every((option) => option === undefined)) {
    throw errors.nothingToChange();
  }
  const deployment = await findDeployment(options, context);
  return await withAccounts(deployment, options.authorizer, context.now, async (accounts) => {
    const { target, catalogue, admin, now } = accounts;
    const change = readChange(options, catalogue, now());
    const account = await admin.findAccount(accountId);
    if (!account) throw errors.noSuchAccount(accountId);
    refuseUselessLimit(account, change, catalogue);
    const { before, after } = await translateConflict(accountId, () =>
      admin.changeAccount(accountId, change, catalogue.plans),
    );
    if (after.billingRev !== undefined && (change.plan ?? change.access) !== undefined) {
      context.output.send(accountMessages.billingDecides({ account: accountId }));
    }
    // Its API Gateway key goes with plan and access, and what API Gateway has cached with everything else.
    if (before !== after) await tellProvisioner([accountId], accounts, context);
    const standing = standingOf(after, catalogue, now());
    return succeeded(accountMessages.accountChanged({ target, changed: before !== after, standing }));
  });
}

function readChange(options: ChangeAccountOptions, offer: CatalogueDefinition, now: number): AccountChange {
  const { plan, limit, routesOf, accessUntil, suspend } = options;
  return {
    ...(plan !== undefined && { plan: mustPlan(plan, offer).id }),
    ...(limit !== undefined && { quotaLimit: limit === 'plan' ? null : parseUnits('--limit', limit) }),
    ...(routesOf !== undefined && { routesOf: routesOf === 'none' ? null : mustPlan(routesOf, offer).id }),
    ...(accessUntil !== undefined && { access: readAccess(accessUntil, now) }),
    ...(suspend !== undefined && { suspended: suspend }),
  };
}

/** Access that ends was granted by hand: a subscription is what goes on from there. */
function readAccess(text: string, now: number): Access {
  if (text === 'never') return UNLIMITED_ACCESS;
  return { accessUntil: parseInstant('--access-until', text, now), lapseReason: 'no_subscription' };
}

function refuseUselessLimit(
  account: AccountRecord,
  change: AccountChange,
  { plans, quotaEnforcement }: CatalogueDefinition,
): void {
  if (typeof change.quotaLimit !== 'number') return;
  if (quotaEnforcement === 'usage-plan') throw errors.countedByUsagePlans('--limit');
  const plan = plans.find(({ id }) => id === (change.plan ?? account.plan));
  if (plan && plan.quota === undefined) throw errors.planWithoutQuota(plan.id);
}
