import type { BillingMessage, Fact } from '../../lib/domain/billing/fact';
import type { LinkConflict } from '../../lib/domain/billing/link-conflict';
import { unsettledSubscriptions, type Unsettled } from '../../lib/domain/billing/unsettled';
import type { AccountBilling } from './account-billing';
import type { BillingTable, CustomerKey, StoredBilling } from './billing-table';
import { publishOutbox, type EventBus } from './outbox';

/** Asks the provider for the truth of one subscription. */
export interface SubscriptionSource {
  /**
   * @returns facts that are later than asked for; none when the provider does not know the subscription
   * @throws when it cannot be reached: the event is then delivered again, and asked about again
   */
  fetch(unsettled: Unsettled): Promise<readonly Fact[]>;
}

export interface BillingPorts {
  readonly table: BillingTable;
  readonly accounts: AccountBilling;
  readonly bus: EventBus;
  /** Absent: no API key; ties are decided by rank. */
  readonly source?: SubscriptionSource;
}

export type Receipt =
  | {
      readonly kind: 'applied';
      readonly account: string;
      /** The bus did not take the events; they are in the outbox, for the sweeper. */
      readonly unpublished?: Error;
    }
  /** Kept until its customer is linked to an account. */
  | { readonly kind: 'parked' }
  /** Kept for a person to decide on. */
  | { readonly kind: 'conflict'; readonly conflict: LinkConflict; readonly account: string }
  | { readonly kind: 'no-such-account'; readonly account: string };

/** Takes what a provider said to where it belongs. When it answers, everything is stored and projected. */
export class Billing {
  constructor(private readonly ports: BillingPorts) {}

  /** @throws BillingContended or StoreFault: nothing is acknowledged then, and the provider repeats it */
  async receive(message: BillingMessage): Promise<Receipt> {
    const { subject } = message;
    if (subject.kind === 'account') return this.apply(subject.account, message.facts, message.at);
    if (message.link !== undefined) return this.link(subject, message, message.link);

    const link = await this.ports.table.readLink(subject);
    if (link !== undefined) return this.deliver(subject, message, link);
    // Whoever links meanwhile either finds the message parked, or is found by the second read.
    await this.ports.table.park(subject, message);
    const linkedMeanwhile = await this.ports.table.readLink(subject);
    if (linkedMeanwhile === undefined) return { kind: 'parked' };
    return this.drain(subject, linkedMeanwhile);
  }

  private async link(
    subject: CustomerKey & { readonly livemode: boolean },
    message: BillingMessage,
    account: string,
  ): Promise<Receipt> {
    const { table, accounts } = this.ports;
    const { livemode } = subject;
    const wanted = { account, livemode };
    const existing = await table.readLink(subject);
    if (existing !== undefined && existing.account !== account) {
      return this.conflict(subject, message, account, 'linked_elsewhere');
    }
    // Whenever the session was made: its account has a name of its own, which is never given again.
    if (message.opensAccount === true && !(await table.openAccount(account, 0))) {
      return this.conflict(subject, message, account, 'erased_account');
    }
    const conflict = await accounts.claim(account, subject, livemode, message.at);
    if (conflict !== undefined) return this.conflict(subject, message, account, conflict);
    if (existing === undefined && !(await table.putLink(subject, wanted))) {
      const winner = await table.readLink(subject);
      if (winner?.account !== account) return this.conflict(subject, message, account, 'linked_elsewhere');
    }
    const drained = await this.drain(subject, wanted);
    return message.facts.length === 0 ? drained : this.apply(account, message.facts, message.at);
  }

  private async deliver(
    subject: CustomerKey & { readonly livemode: boolean },
    message: BillingMessage,
    link: { readonly account: string; readonly livemode: boolean },
  ): Promise<Receipt> {
    if (link.livemode !== subject.livemode)
      return this.conflict(subject, message, link.account, 'other_mode');
    const receipt = await this.apply(link.account, message.facts, message.at);
    // Whoever died between parking and draining has left it there, and delivers it again: it is parked no more.
    if ((await this.ports.table.listParked(subject)).length > 0) await this.drain(subject, link);
    return receipt;
  }

  /** Applies what was parked before it is removed: a crash in between repeats facts, which changes nothing. */
  private async drain(
    key: CustomerKey,
    link: { readonly account: string; readonly livemode: boolean },
  ): Promise<Receipt> {
    const { table } = this.ports;
    const parked = await table.listParked(key);
    const fitting = parked.filter(
      ({ subject }) => subject.kind === 'customer' && subject.livemode === link.livemode,
    );
    const at = fitting.reduce((latest, message) => Math.max(latest, message.at), 0);
    const receipt = await this.apply(
      link.account,
      fitting.flatMap(({ facts }) => facts),
      at,
    );
    if (receipt.kind === 'no-such-account') return receipt;
    for (const message of parked) {
      if (!fitting.includes(message)) await table.recordConflict(key, message, 'other_mode');
      await table.unpark(key, message.id);
    }
    return receipt;
  }

  private async conflict(
    key: CustomerKey,
    message: BillingMessage,
    account: string,
    conflict: LinkConflict,
  ): Promise<Receipt> {
    await this.ports.table.recordConflict(key, message, conflict);
    return { kind: 'conflict', conflict, account };
  }

  private async apply(account: string, facts: readonly Fact[], at: number): Promise<Receipt> {
    const { accounts, table, bus } = this.ports;
    const stored = await accounts.apply(account, facts, at);
    if (stored === undefined) return { kind: 'no-such-account', account };
    const settled = await this.settle(account, stored, facts, at);
    try {
      await publishOutbox(table, bus, account, settled.outbox);
    } catch (error) {
      // Access does not wait for those who want to hear of it.
      return { kind: 'applied', account, unpublished: error as Error };
    }
    return { kind: 'applied', account };
  }

  /** What was fetched is a fact like any other: stored first, used afterwards. */
  private async settle(
    account: string,
    stored: StoredBilling,
    facts: readonly Fact[],
    at: number,
  ): Promise<StoredBilling> {
    const { source, accounts } = this.ports;
    if (source === undefined) return stored;
    let current = stored;
    for (const unsettled of unsettledSubscriptions(stored.state)) {
      if (!facts.some((fact) => 'subscription' in fact && fact.subscription === unsettled.subscription))
        continue;
      const fetched = await source.fetch(unsettled);
      current = (await accounts.apply(account, fetched, at)) ?? current;
    }
    return current;
  }
}
