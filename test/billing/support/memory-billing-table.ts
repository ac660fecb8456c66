import type { AccountRecord } from '../../../lib/domain/account';
import type { BillingMessage } from '../../../lib/domain/billing/fact';
import type { LinkConflict } from '../../../lib/domain/billing/link-conflict';
import type { AccountProjection } from '../../../lib/domain/billing/projection';
import type { QuotaEffect } from '../../../lib/domain/billing/quota-effect';
import type {
  AccountEvent,
  BillingRecord,
  BillingTable,
  CustomerKey,
  CustomerLink,
  StoredBilling,
} from '../../../lambda/billing/billing-table';
import { START } from './clock';

interface Contents {
  accounts: Record<string, AccountRecord>;
  billing: Record<string, StoredBilling>;
  links: Record<string, CustomerLink>;
  parked: Record<string, BillingMessage>;
  conflicts: Record<string, LinkConflict>;
  erased: Record<string, number>;
}

/** The table in memory, for orders and interleavings that are too many for a database. Each operation is atomic. */
export class MemoryBillingTable implements BillingTable {
  contents: Contents = { accounts: {}, billing: {}, links: {}, parked: {}, conflicts: {}, erased: {} };

  /** Records are never changed in place, so that maps alone have to be copied. */
  copy(): Contents {
    const { accounts, billing, links, parked, conflicts, erased } = this.contents;
    return {
      accounts: { ...accounts },
      billing: { ...billing },
      links: { ...links },
      parked: { ...parked },
      conflicts: { ...conflicts },
      erased: { ...erased },
    };
  }

  async readBilling(account: string): Promise<StoredBilling | undefined> {
    return this.contents.billing[account];
  }

  async writeBilling(
    account: string,
    record: BillingRecord,
    events: readonly AccountEvent[],
    expected: number,
  ): Promise<boolean> {
    const stored = this.contents.billing[account];
    if ((stored?.sequence ?? 0) !== expected) return false;
    this.contents.billing[account] = { ...record, outbox: [...(stored?.outbox ?? []), ...events] };
    return true;
  }

  async removeFromOutbox(account: string, eventIds: readonly string[]): Promise<void> {
    const stored = this.contents.billing[account]!;
    const outbox = stored.outbox.filter(({ id }) => !eventIds.includes(id));
    this.contents.billing[account] = { ...stored, outbox };
  }

  async readAccount(account: string): Promise<AccountRecord | undefined> {
    return this.contents.accounts[account];
  }

  async openAccount(account: string, vouchedAt: number): Promise<boolean> {
    if (((await this.readErasure(account)) ?? -1) >= vouchedAt) return false;
    this.contents.accounts[account] ??= {
      accountId: account,
      planRev: 1,
      ...{ accessUntil: 0, lapseReason: 'no_subscription' },
      ...{ anchorAt: START, periodId: 'none', periodEnd: 0, remaining: 0 },
      keys: {},
      suspended: false,
    };
    return true;
  }

  async readErasure(account: string): Promise<number | undefined> {
    return this.contents.erased[account];
  }

  async projectOnto(
    seen: AccountRecord,
    projection: AccountProjection,
    effect: QuotaEffect,
    revision: number,
  ): Promise<boolean> {
    const account = this.contents.accounts[seen.accountId]!;
    for (const name of ['billingRev', 'plan', 'planRev', 'periodId'] as const) {
      if (account[name] !== seen[name]) return false;
    }
    const { plan, accessUntil, lapseReason, paidUntil, quantity, anchorAt } = projection;
    const units = effect.kind === 'add' || effect.kind === 'open' ? effect.units : 0;
    this.contents.accounts[seen.accountId] = {
      ...account,
      ...{ plan, accessUntil, lapseReason, paidUntil, quantity, billingRev: revision },
      planRev: account.planRev + (plan === account.plan ? 0 : 1),
      anchorAt: anchorAt ?? account.anchorAt,
      remaining: account.remaining + units,
      ...(effect.kind === 'open' && { periodId: effect.periodId, periodEnd: effect.periodEnd }),
      ...((effect.kind === 'open' || effect.kind === 'close') && { overage: 0 }),
      ...(effect.kind === 'close' && { periodId: 'none', periodEnd: 0, remaining: 0 }),
    };
    return true;
  }

  async readLink(key: CustomerKey): Promise<CustomerLink | undefined> {
    return this.contents.links[nameOf(key)];
  }

  async putLink(key: CustomerKey, link: CustomerLink): Promise<boolean> {
    if (this.contents.links[nameOf(key)] !== undefined) return false;
    this.contents.links[nameOf(key)] = link;
    return true;
  }

  async park(key: CustomerKey, message: BillingMessage): Promise<void> {
    this.contents.parked[`${nameOf(key)}/${message.id}`] = message;
  }

  async listParked(key: CustomerKey): Promise<readonly BillingMessage[]> {
    return Object.entries(this.contents.parked)
      .filter(([name]) => name.startsWith(`${nameOf(key)}/`))
      .map(([, message]) => message);
  }

  async unpark(key: CustomerKey, messageId: string): Promise<void> {
    delete this.contents.parked[`${nameOf(key)}/${messageId}`];
  }

  async recordConflict(key: CustomerKey, message: BillingMessage, conflict: LinkConflict): Promise<void> {
    this.contents.conflicts[`${nameOf(key)}/${message.id}`] = conflict;
  }
}

function nameOf({ provider, customer }: CustomerKey): string {
  return `${provider}#${customer}`;
}
