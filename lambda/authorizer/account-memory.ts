import type { AccountRecord } from '../../lib/domain/account';
import type { Lease } from '../../lib/domain/lease';
import { RateMeter } from './rate-meter';

/** Closer looks would take the noise of single leases for a rate. */
const LEAST_BETWEEN_LOOKS_MS = 500;

/** What one function environment remembers of one account. Nothing in here can refuse a caller. */
export class AccountMemory {
  readonly meter = new RateMeter();
  /** Refused lately, or without quota: a read comes before a write, as a failed condition costs a write too. */
  readFirst = false;
  /** Units admitted while the store was out of reach, not yet charged. */
  debt = 0;
  /** Units per second that the account uses in all environments together, as far as this one can see. */
  accountRate = 0;
  private seen?: { readonly account: AccountRecord; readonly at: number };
  private readonly leases = new Map<string | undefined, Lease>();

  lease(fingerprint: string | undefined): Lease | undefined {
    return this.leases.get(fingerprint);
  }

  /** A lease of another revision of the plan is not used again: the account has moved on. */
  hold(lease: Lease): void {
    for (const [key, other] of this.leases) {
      if (other.account.planRev !== lease.account.planRev) this.leases.delete(key);
    }
    this.leases.set(lease.fingerprint, lease);
  }

  /** Two looks at what remains tell how fast all environments together spend it. */
  observe(account: AccountRecord, now: number): void {
    const { seen } = this;
    if (seen && now < seen.at + LEAST_BETWEEN_LOOKS_MS) return;
    if (seen?.account.periodId === account.periodId && seen.account.planRev === account.planRev) {
      const spent = seen.account.remaining - account.remaining;
      this.accountRate = Math.max(0, (spent * 1000) / (now - seen.at));
    }
    this.seen = { account, at: now };
  }

  forget(fingerprint: string | undefined): void {
    this.leases.delete(fingerprint);
  }
}

/** Accounts of one environment, the least recently used dropped first; dropping one strands its leased units. */
export class AccountMemories {
  private readonly accounts = new Map<string, AccountMemory>();

  /** @param capacity accounts that are remembered at a time */
  constructor(private readonly capacity = 10_000) {}

  of(accountId: string): AccountMemory {
    const memory = this.accounts.get(accountId) ?? new AccountMemory();
    this.accounts.delete(accountId);
    this.accounts.set(accountId, memory);
    if (this.accounts.size > this.capacity) {
      const [oldest] = this.accounts.keys();
      this.accounts.delete(oldest!);
    }
    return memory;
  }
}
