import type { AccountRecord } from '../../../lib/domain/account';
import type {
  AccountStore,
  AdmissionCondition,
  RollOverRequest,
  TakeRequest,
  TakeResult,
} from '../../../lambda/store/account-store';
import { dayOf } from '../../../lib/domain/daily-usage';
import { effectOnPeriod } from '../../../lib/domain/billing/quota-effect';
import type { PlanDefinition } from '../../../lib/domain/plan';
import { changedAccount, type AccountChange } from '../../../lambda/store/change-account';
import { unitsOf } from '../../../lib/domain/quota';
import { StoreFault } from '../../../lambda/store/dynamodb-client';

/** A request that the store received. */
export type StoreCall =
  | { readonly operation: 'read'; readonly accountId: string }
  | { readonly operation: 'take'; readonly units: number }
  | { readonly operation: 'rollOver'; readonly to: string }
  | { readonly operation: 'charge'; readonly units: number }
  | { readonly operation: 'noteUse'; readonly fingerprint: string };

/** What happens to the next request. `lost`: it is applied and its answer never arrives. */
export type Fate = 'answered' | 'refused-connection' | 'lost' | 'vanished';

/**
 * The table of accounts in memory: the same conditions as the DynamoDB adapter, a record of every call, and a fate
 * for each, chosen by the test.
 */
export class MemoryAccountStore implements AccountStore {
  readonly accounts = new Map<string, AccountRecord>();
  readonly calls: StoreCall[] = [];
  /** Turns of the event loop that the request takes on its way, so that tests can let others overtake it. */
  ticks: () => number = () => 0;
  fate: (call: StoreCall) => Fate = () => 'answered';

  /** Receives each account as it was written. */
  onWrite: (account: AccountRecord) => void = () => undefined;

  constructor(...accounts: readonly AccountRecord[]) {
    for (const account of accounts) this.accounts.set(account.accountId, account);
  }

  get operations(): string[] {
    return this.calls.map((call) => call.operation);
  }

  change(accountId: string, changes: Partial<AccountRecord>): void {
    const account = { ...this.accounts.get(accountId)!, ...changes };
    this.accounts.set(accountId, account);
    this.onWrite(account);
  }

  /** What `AccountAdmin.changeAccount` does: a read, a computation, a conditional write, from the start when refused. */
  async changeTerms(
    accountId: string,
    change: AccountChange,
    plans: readonly PlanDefinition[],
    now: number,
    ticks: number,
  ): Promise<void> {
    for (;;) {
      const seen = this.accounts.get(accountId)!;
      const after = changedAccount(seen, change);
      const effect = effectOnPeriod(seen, after, plans, now);
      for (let tick = 0; tick <= ticks; tick += 1) await Promise.resolve();
      const account = this.accounts.get(accountId)!;
      const pinned = ['plan', 'planRev', 'billingRev', 'periodId'] as const;
      if (pinned.some((name) => account[name] !== seen[name])) continue;
      if (effect.kind === 'open' || effect.kind === 'close') throw new Error('the test keeps the period');
      this.change(accountId, {
        ...{ plan: after.plan, quotaLimit: after.quotaLimit, planRev: seen.planRev + 1 },
        remaining: account.remaining + (effect.kind === 'add' ? effect.units : 0),
      });
      return;
    }
  }

  read(accountId: string): Promise<AccountRecord | undefined> {
    return this.perform({ operation: 'read', accountId }, () => this.accounts.get(accountId));
  }

  take(request: TakeRequest): Promise<TakeResult> {
    const { draw, maxOverage = 0 } = request;
    return this.perform({ operation: 'take', units: unitsOf(draw) }, () =>
      this.update(request, (account) => {
        const { remaining, credits = 0, overage = 0, periodEnd } = account;
        const open = periodEnd > request.now && remaining >= draw.remaining && credits >= draw.credits;
        const beyond = draw.credits + draw.overage > 0;
        if (
          !open ||
          (beyond && remaining > draw.remaining) ||
          overage + draw.overage > Math.max(overage, maxOverage)
        ) {
          return undefined;
        }
        return {
          remaining: remaining - draw.remaining,
          ...(draw.credits > 0 && { credits: credits - draw.credits }),
          ...(draw.overage > 0 && { overage: overage + draw.overage }),
        };
      }),
    );
  }

  rollOver(request: RollOverRequest): Promise<TakeResult> {
    const { closesOverage, from, to, remaining } = request;
    return this.perform({ operation: 'rollOver', to: to.id }, () =>
      this.update(request, (account) =>
        account.periodId === from.periodId &&
        account.planRev === from.planRev &&
        account.billingRev === from.billingRev &&
        account.periodEnd <= request.now
          ? { periodId: to.id, periodEnd: to.end, remaining, ...(closesOverage && { overage: 0 }) }
          : undefined,
      ),
    );
  }

  noteUse(accountId: string, fingerprint: string, now: number): Promise<void> {
    return this.perform({ operation: 'noteUse', fingerprint }, () => {
      const { keys } = this.accounts.get(accountId)!;
      const grant = keys[fingerprint];
      if (grant)
        this.change(accountId, { keys: { ...keys, [fingerprint]: { ...grant, lastUsedDay: dayOf(now) } } });
    });
  }

  charge(accountId: string, units: number): Promise<void> {
    return this.perform({ operation: 'charge', units }, () => {
      this.change(accountId, { remaining: this.accounts.get(accountId)!.remaining - units });
    });
  }

  private update(
    condition: AdmissionCondition,
    change: (account: AccountRecord) => Partial<AccountRecord> | undefined,
  ): TakeResult {
    const account = this.accounts.get(condition.credential.accountId);
    const changes = account && admits(account, condition) ? change(account) : undefined;
    if (!account || !changes) return { kind: 'refused', account };
    const { now, credential } = condition;
    const { fingerprint = '' } = credential;
    const grant = account.keys[fingerprint];
    this.change(account.accountId, {
      ...changes,
      ...(grant && { keys: { ...account.keys, [fingerprint]: { ...grant, lastUsedDay: dayOf(now) } } }),
    });
    return { kind: 'taken', account: this.accounts.get(account.accountId)! };
  }

  /** Asynchronous on both sides of the change, as a network is: others may act in between. */
  private async perform<T>(call: StoreCall, apply: () => T): Promise<T> {
    this.calls.push(call);
    const ticks = this.ticks();
    const fate = this.fate(call);
    for (let tick = 0; tick <= ticks; tick += 1) await Promise.resolve();
    if (fate === 'refused-connection') throw new StoreFault('not-applied', 'refused');
    if (fate === 'vanished') throw new StoreFault('unknown', 'no answer');
    const result = apply();
    await Promise.resolve();
    if (fate === 'lost') throw new StoreFault('unknown', 'no answer');
    return result;
  }
}

function admits(account: AccountRecord, condition: AdmissionCondition): boolean {
  const { credential, now, plans, routesOf = account.routesOf, scope } = condition;
  if (account.suspended || account.accessUntil <= now || !plans.includes(account.plan ?? '')) return false;
  if (account.routesOf !== routesOf) return false;
  if (credential.fingerprint === undefined) return true;
  const grant = account.keys[credential.fingerprint];
  return (
    grant !== undefined && grant.expiresAt > now && (scope === undefined || grant.scopes.includes(scope))
  );
}
