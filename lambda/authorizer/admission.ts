import type { AccountRecord } from '../../lib/domain/account';
import type { Catalogue, RouteRequirement } from '../../lib/domain/catalogue';
import { dayOf } from '../../lib/domain/daily-usage';
import { carriesScope, decide, type Credential, type Decision } from '../../lib/domain/decision';
import {
  leaseCovers,
  leaseSeconds,
  openLease,
  unitsToTake,
  type Lease,
  type LeaseTerms,
} from '../../lib/domain/lease';
import { drawFromPeriod, drawUnits, openQuota, unitsInReach } from '../../lib/domain/quota';
import type { AccountStore, TakeResult } from '../store/account-store';
import { StoreFault } from '../store/dynamodb-client';
import type { AccountMemories, AccountMemory } from './account-memory';
import { nextStep, performStep, routesBeside, unitsTaken, type Step } from './step';

/** How the answer was found, for the log. */
export type Path = 'credential' | 'lease' | 'take' | 'roll-over' | 'read' | 'outage';

type Refusal = Exclude<Decision, { kind: 'allow' } | { kind: 'roll-over' } | { kind: 'fault' }>;

export type Verdict =
  | {
      readonly kind: 'allow';
      /** Absent: a token of nobody's account, on a route that asks for no payment. */
      readonly account: AccountRecord | undefined;
      readonly path: Path;
    }
  | {
      readonly kind: 'refuse';
      readonly refusal: Refusal;
      readonly plan: string | undefined;
      readonly path: Path;
    }
  /** Our fault: 503, never dressed as a refusal. */
  | { readonly kind: 'unavailable'; readonly cause: string; readonly path: Path };

export interface AdmissionOptions extends LeaseTerms {
  /**
   * How long callers who were admitted before are admitted while the store cannot be reached, milliseconds; 0: not
   * at all. What they use is charged afterwards.
   */
  readonly admitKnownPayersMs: number;
}

/**
 * Requests to the store for one decision. A turn is lost to another caller's success only, but a request that is paid
 * for out of two sources (the last units of the period and credits) can lose one to each caller that spends one of these
 * units, and opening a period costs it two more.
 */
const MAX_TURNS = 16;

/** One request: who asks for what, and what is remembered of the account. */
interface Call {
  readonly credential: Credential;
  readonly route: RouteRequirement;
  readonly memory: AccountMemory;
}

/**
 * The request path: lease, else one conditional write, else the old item explains. Memory may say yes; only a fresh
 * read may say no. See docs/adr/0002-request-path.md.
 */
export class Admission {
  constructor(
    private readonly store: AccountStore,
    private readonly catalogue: Catalogue,
    private readonly memories: AccountMemories,
    private readonly options: AdmissionOptions,
    private readonly clock: () => number,
  ) {}

  private get countsByUsagePlan(): boolean {
    return this.catalogue.definition.quotaEnforcement === 'usage-plan';
  }

  async admit(credential: Credential, route: RouteRequirement): Promise<Verdict> {
    const call: Call = { credential, route, memory: this.memories.of(credential.accountId) };
    const lease = call.memory.lease(credential.fingerprint);
    const now = this.clock();
    if (lease && now < lease.endsAt && leaseCovers(lease, credential, route))
      return this.spend(call, lease, now, 'lease');
    try {
      return await this.ask(call);
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error;
      return this.surviveOutage(call, error);
    }
  }

  /** Asks the store until it has answered; each turn is one request to it. */
  private async ask(call: Call): Promise<Verdict> {
    let step = this.firstStep(call);
    let writeWasLost = false;

    for (let turn = 0; turn < MAX_TURNS; turn += 1) {
      const now = this.clock();
      const result = await this.perform(call, step, now);
      if (result === 'lost') {
        if (writeWasLost) throw new StoreFault('unknown', 'two writes in a row got no answer');
        writeWasLost = true;
        step = { kind: 'read' };
        continue;
      }
      const taken = unitsTaken(step);
      if (result.kind === 'taken' && taken > 0) return this.hold(call, result.account, taken, now, step.kind);
      const { account } = result;
      const decision = decide(call.credential, account, call.route, this.catalogue, now);
      const next = nextStep(decision, account, call.route);
      if (next) {
        step = next;
      } else if (decision.kind === 'allow') {
        // A read for a route that takes no unit leaves the units alone that were taken before.
        await this.noteUse(call, account, now);
        if (call.route.cost === 0) return { kind: 'allow', account, path: step.kind };
        // The plan has no quota.
        return this.hold(call, account!, Infinity, now, step.kind);
      } else {
        return refuse(
          call,
          decision as Exclude<typeof decision, { kind: 'roll-over' }>,
          account,
          writeWasLost,
          step.kind,
        );
      }
    }
    return { kind: 'unavailable', cause: 'account_contended', path: step.kind };
  }

  private firstStep({ credential, route, memory }: Call): Step {
    if (this.countsByUsagePlan) return { kind: 'read' };
    if (memory.readFirst || route.cost === 0 || route.plans.length === 0) return { kind: 'read' };
    // The write checks a key's scopes where they are stored; a token's are in the token.
    const isToken = credential.fingerprint === undefined;
    if (isToken && !carriesScope(credential, undefined, route)) return { kind: 'read' };
    return this.firstTake(credential, route, memory);
  }

  /** Takes what a lease should hold, from where the account was last seen to have units. */
  private firstTake(credential: Credential, route: RouteRequirement, memory: AccountMemory): Step {
    const blind: Step = { kind: 'take', draw: drawFromPeriod(route.cost) };
    const now = this.clock();
    const known = memory.lease(credential.fingerprint)?.account;
    const plan = known?.plan === undefined ? undefined : this.catalogue.plan(known.plan);
    const quota = known && plan && openQuota(plan, known);
    if (known === undefined || quota === undefined || now >= known.periodEnd) return blind;
    const own = memory.meter.unitsLastSecond(now);
    const seconds = leaseSeconds(own, memory.accountRate, this.options.leaseDurationMs / 1000);
    const units = unitsToTake(route.cost, Math.floor(own * seconds), unitsInReach(known, quota));
    const draw = drawUnits(known, quota, units);
    return draw ? { kind: 'take', draw, plan, routesOf: routesBeside(known, route) } : blind;
  }

  /** One request to the store; `lost` when it was a write whose outcome is unknown. */
  private async perform({ credential, route }: Call, step: Step, now: number): Promise<TakeResult | 'lost'> {
    try {
      return await performStep(this.store, step, { credential, now, plans: route.plans, scope: route.scope });
    } catch (error) {
      if (step.kind !== 'read' && error instanceof StoreFault && error.outcome === 'unknown') return 'lost';
      throw error;
    }
  }

  /** @param sentAt when the request was sent that this answers: a lease counts from there */
  private async hold(
    call: Call,
    account: AccountRecord,
    units: number,
    sentAt: number,
    path: Path,
  ): Promise<Verdict> {
    const { credential, memory } = call;
    const { fingerprint } = credential;
    const grant = fingerprint === undefined ? undefined : account.keys[fingerprint];
    const plan = account.plan === undefined ? undefined : this.catalogue.plan(account.plan);
    const total = units + moveUnits(memory.lease(fingerprint), account, sentAt);
    const lease = openLease(fingerprint, account, grant, plan, total, this.options, sentAt);
    memory.hold(lease);
    memory.observe(account, sentAt);
    memory.readFirst = units === Infinity;
    // Spent before anything is awaited: another request of this environment may find the lease meanwhile.
    const verdict = this.spend(call, lease, sentAt, path);
    await this.settle(credential.accountId, memory);
    return verdict;
  }

  private spend({ route, memory }: Call, lease: Lease, now: number, path: Path): Verdict {
    lease.units -= route.cost;
    memory.meter.add(route.cost, now);
    return { kind: 'allow', account: lease.account, path };
  }

  /** Units already leased are honoured; beyond them only what the seller has declared. */
  private surviveOutage(call: Call, fault: StoreFault): Verdict {
    const { credential, route, memory } = call;
    const now = this.clock();
    const lease = memory.lease(credential.fingerprint);
    if (lease && now < lease.graceEndsAt && leaseCovers(lease, credential, route))
      return this.spend(call, lease, now, 'outage');
    if (lease && this.admitsKnownPayer(lease, credential, route, now)) {
      memory.debt += route.cost;
      return { kind: 'allow', account: lease.account, path: 'outage' };
    }
    return { kind: 'unavailable', cause: fault.message, path: 'outage' };
  }

  private admitsKnownPayer(
    lease: Lease,
    credential: Credential,
    route: RouteRequirement,
    now: number,
  ): boolean {
    const knownUntil = Math.min(
      lease.takenAt + this.options.admitKnownPayersMs,
      lease.account.accessUntil,
      lease.grant?.expiresAt ?? Infinity,
    );
    return now < knownUntil && leaseCovers({ ...lease, units: Infinity }, credential, route);
  }

  /** Where a write takes units, the day of the key is part of it; elsewhere it is written once a day. */
  private async noteUse(
    { credential: { accountId, fingerprint } }: Call,
    account: AccountRecord | undefined,
    now: number,
  ): Promise<void> {
    if (fingerprint === undefined || account?.keys[fingerprint]?.lastUsedDay === dayOf(now)) return;
    try {
      await this.store.noteUse(accountId, fingerprint, now);
    } catch (error) {
      // Not worth a refusal: the next request notes it.
      if (!(error instanceof StoreFault)) throw error;
    }
  }

  /** Charges what was admitted during an outage. A charge may be made twice, never forgotten by this environment. */
  private async settle(accountId: string, memory: AccountMemory): Promise<void> {
    if (memory.debt === 0) return;
    const owed = memory.debt;
    try {
      await this.store.charge(accountId, owed, this.clock());
      memory.debt -= owed;
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error;
    }
  }
}

function refuse(
  { credential, memory }: Call,
  decision: Exclude<Decision, { kind: 'allow' } | { kind: 'roll-over' }>,
  account: AccountRecord | undefined,
  writeWasLost: boolean,
  path: Path,
): Verdict {
  if (decision.kind === 'fault') return { kind: 'unavailable', cause: decision.cause, path };
  if (writeWasLost && decision.kind === 'payment-required' && decision.reason === 'quota_exceeded') {
    // The lost write may have eaten the last unit: that is our fault, not a quota spent.
    return { kind: 'unavailable', cause: 'write_lost_at_end_of_quota', path };
  }
  memory.readFirst = true;
  if (endsEveryRoute(decision)) memory.forget(credential.fingerprint);
  return { kind: 'refuse', refusal: decision, plan: account?.plan, path };
}

/** Takes out of an earlier lease the units that still count: of the same period and plan, and not yet stranded. */
function moveUnits(previous: Lease | undefined, account: AccountRecord, now: number): number {
  if (previous === undefined || now >= previous.endsAt) return 0;
  const { periodId, planRev } = previous.account;
  if (periodId !== account.periodId || planRev !== account.planRev) return 0;
  const { units } = previous;
  previous.units = 0;
  return units;
}

/** Whether no route would do for this caller; a lease held for others of its routes is left alone otherwise. */
function endsEveryRoute(refusal: Refusal): boolean {
  if (refusal.kind === 'forbidden') return refusal.cause === 'account_suspended';
  if (refusal.kind === 'unauthorized') return true;
  return refusal.reason !== 'quota_exceeded' && refusal.reason !== 'plan_upgrade_required';
}
