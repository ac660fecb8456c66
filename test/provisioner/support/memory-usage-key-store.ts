import { NEVER, type AccountRecord } from '../../../lib/domain/account';
import { NO_USAGE_KEYS, type UsageKeyState } from '../../../lib/domain/provisioning';
import type { UsageKeyRecord, UsageKeyStore } from '../../../lambda/store/usage-key-store';

export function buildAccount(accountId: string, overrides: Partial<AccountRecord> = {}): AccountRecord {
  return {
    accountId,
    plan: 'pro',
    planRev: 1,
    accessUntil: NEVER,
    lapseReason: 'payment_failed',
    anchorAt: 0,
    periodId: 'none',
    periodEnd: 0,
    remaining: 0,
    keys: {},
    suspended: false,
    ...overrides,
  };
}

/** The records in memory, with the conditions of the DynamoDB adapter. */
export class MemoryUsageKeyStore implements UsageKeyStore {
  readonly accounts = new Map<string, AccountRecord>();
  readonly states = new Map<string, { readonly state: UsageKeyState; readonly revision: number }>();
  /** Called before and after each effect; may take time or fail. */
  around: () => Promise<void> = () => Promise.resolve();
  /** Told when an account is told to use another key. */
  onName: (accountId: string, usageKey: string | undefined) => void = () => undefined;

  change(accountId: string, changes: Partial<AccountRecord>): void {
    const account = this.accounts.get(accountId)!;
    this.accounts.set(accountId, { ...account, ...changes, planRev: account.planRev + 1 });
  }

  async read(accountId: string): Promise<UsageKeyRecord> {
    await this.around();
    const { state, revision } = this.states.get(accountId) ?? { state: NO_USAGE_KEYS, revision: 0 };
    await this.around();
    return { accountId, account: this.accounts.get(accountId), state, revision };
  }

  save({ accountId, revision }: UsageKeyRecord, state: UsageKeyState): Promise<void> {
    return this.effect(() => {
      if ((this.states.get(accountId)?.revision ?? 0) !== revision) return;
      // As stored: what is undefined is gone.
      this.states.set(accountId, { state: JSON.parse(JSON.stringify(state)), revision: revision + 1 });
    });
  }

  nameKey({ accountId, account }: UsageKeyRecord, usageKey: string | undefined): Promise<void> {
    return this.effect(() => {
      const now = this.accounts.get(accountId);
      if (!account || !now || now.planRev !== account.planRev || now.usageKey !== account.usageKey) return;
      this.onName(accountId, usageKey);
      this.accounts.set(accountId, { ...now, usageKey });
    });
  }

  remove({ accountId, revision }: UsageKeyRecord): Promise<void> {
    return this.effect(() => {
      if (this.states.get(accountId)?.revision === revision) this.states.delete(accountId);
    });
  }

  private async effect(apply: () => void): Promise<void> {
    await this.around();
    apply();
    await this.around();
  }
}
