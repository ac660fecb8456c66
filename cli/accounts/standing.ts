import { NEVER, type AccountRecord } from '../../lib/domain/account';
import { Catalogue, type RouteRequirement } from '../../lib/domain/catalogue';
import { decide, type Decision } from '../../lib/domain/decision';
import type { CatalogueDefinition } from '../../lib/domain/plan';
import { paymentProblem, type PaymentProblem } from '../../lib/domain/problem';
import type { RouteRequest } from '../../lib/domain/route';
import { usageOf } from '../../lib/domain/usage';

/** What a caller of the account would be told at this instant. */
export interface Verdict {
  readonly status: 200 | 402 | 403 | 503;
  /** One sentence for a person. */
  readonly summary: string;
  /** Body of the 402, without the request id. */
  readonly problem?: PaymentProblem;
}

/** An account for people and programs; instants are ISO 8601, `null` where something does not end. */
export interface Standing {
  readonly account: string;
  readonly plan: string | null;
  readonly suspended: boolean;
  readonly accessUntil: string | null;
  /** Why access ends, or has ended, at that instant; absent when it does not. */
  readonly lapseReason?: string;
  /** Plan whose routes the account may call beside those of its own; absent: none. */
  readonly routesOf?: string;
  /** Bought units that outlive the period; absent: none. */
  readonly credits?: number;
  /** Absent on a plan without quota. */
  readonly quota?: {
    readonly limit: number;
    readonly remaining: number;
    /** Whether the limit is the account's own; absent: it is the plan's. */
    readonly ownLimit?: true;
    /** Units of the period beyond its limit; absent: none. */
    readonly overage?: number;
    /** Absent: no period is open; the next request opens one. */
    readonly periodEnd?: string;
  };
  readonly keys: readonly { fingerprint: string; expiresAt: string | null; scopes: readonly string[] }[];
  readonly now: Verdict;
}

/**
 * @param route the method to ask about; absent: any paid method that the account's plan holds, at a cost of 1 unit
 */
export function standingOf(
  account: AccountRecord,
  offer: CatalogueDefinition,
  now: number,
  route?: RouteRequest,
): Standing {
  const catalogue = new Catalogue(offer);
  const requirement = route === undefined ? anyPaidRoute(offer) : catalogue.requirement(route);
  // Whatever key the caller holds is good: the question is what the account may do.
  const credential = { accountId: account.accountId };
  const decision = decide(credential, account, requirement, catalogue, now);
  const plan = account.plan === undefined ? undefined : catalogue.plan(account.plan);
  const usage = usageOf(account, plan, now);
  return {
    account: account.accountId,
    plan: account.plan ?? null,
    suspended: account.suspended,
    accessUntil: instant(account.accessUntil),
    ...(account.accessUntil >= NEVER ? {} : { lapseReason: account.lapseReason }),
    ...(account.routesOf !== undefined && { routesOf: account.routesOf }),
    ...(account.credits !== undefined && account.credits > 0 && { credits: account.credits }),
    ...(usage && {
      quota: {
        limit: usage.limit,
        remaining: usage.remaining,
        ...(account.quotaLimit !== undefined && { ownLimit: true }),
        ...(usage.overage > 0 && { overage: usage.overage }),
        ...(now < account.periodEnd && { periodEnd: new Date(account.periodEnd).toISOString() }),
      },
    }),
    keys: Object.entries(account.keys).map(([fingerprint, { expiresAt, scopes }]) => ({
      fingerprint,
      expiresAt: instant(expiresAt),
      scopes,
    })),
    now: verdictOf(decision, account, offer),
  };
}

const FAULTS: Readonly<Record<(Decision & { kind: 'fault' })['cause'], (account: AccountRecord) => string>> =
  {
    plan_not_in_catalogue: ({ plan }) => `The plan '${plan}' is not in the catalogue of the deployment.`,
    account_damaged: () => 'The account holds an instant that cannot be one; restore its item from a backup.',
  };

function verdictOf(decision: Decision, account: AccountRecord, offer: CatalogueDefinition): Verdict {
  switch (decision.kind) {
    case 'allow':
      return { status: 200, summary: 'served' };
    case 'roll-over':
      return { status: 200, summary: `served; the request opens a new period of ${decision.limit} units` };
    case 'payment-required': {
      const problem = paymentProblem(decision, { accountId: account.accountId }, account.plan, offer);
      return { status: 402, summary: problem.detail, problem };
    }
    case 'forbidden':
      return {
        status: 403,
        summary:
          decision.cause === 'account_suspended'
            ? 'The seller has suspended this account.'
            : 'The key lacks the scope of this route.',
      };
    case 'fault':
      return {
        status: 503,
        summary: FAULTS[decision.cause](account),
      };
    case 'unauthorized':
      throw new Error(`an account was refused as ${decision.cause} without a credential`);
  }
}

function anyPaidRoute(offer: CatalogueDefinition): RouteRequirement {
  return { routeClass: 'paid', cost: 1, plans: offer.plans.map(({ id }) => id) };
}

function instant(at: number): string | null {
  return at >= NEVER ? null : new Date(at).toISOString();
}
