import { EMPTY_BILLING } from '../../lib/domain/billing/registers';
import { number } from '../store/account-item';
import type { AttributeValue, Item } from '../store/dynamodb-client';
import type { AccountEvent, BillingRecord, CustomerKey, StoredBilling } from './billing-table';

/** Marks items whose outbox holds something; key of the sparse index that the sweeper reads. */
export const OUTBOX_PENDING = { outboxPending: { S: 'OUTBOX' } } as const;

export function billingKey(account: string): Item {
  return { pk: { S: `ACCOUNT#${account}` }, sk: { S: 'BILLING' } };
}

export function customerItemKey({ provider, customer }: CustomerKey, sk: string): Item {
  return { pk: { S: `CUSTOMER#${provider}#${customer}` }, sk: { S: sk } };
}

/** Everything but the outbox. Registers are JSON: nothing queries them, and they are read as a whole. */
export function toBillingAttributes(record: BillingRecord): Item {
  return {
    sequence: number(record.sequence),
    eventSequence: number(record.eventSequence),
    state: { S: JSON.stringify(record.state) },
    customers: { L: record.customers.map((name) => ({ S: name })) },
    ...(record.projection && { projection: { S: JSON.stringify(record.projection) } }),
    ...(record.base && { base: { S: JSON.stringify(record.base) } }),
    ...(record.livemode !== undefined && { livemode: { BOOL: record.livemode } }),
  };
}

export function toOutbox(events: readonly AccountEvent[]): Record<string, AttributeValue> {
  return Object.fromEntries(events.map((event) => [event.id, { S: JSON.stringify(event) }]));
}

/** @throws TypeError or SyntaxError when it is damaged: nothing is acknowledged then */
export function fromBillingItem(item: Item): StoredBilling {
  const outbox = item.outbox !== undefined && 'M' in item.outbox ? Object.values(item.outbox.M) : [];
  const customers = item.customers !== undefined && 'L' in item.customers ? item.customers.L : [];
  return {
    sequence: count(item, 'sequence'),
    eventSequence: count(item, 'eventSequence'),
    state: json(item.state) ?? EMPTY_BILLING,
    projection: json(item.projection),
    base: json(item.base),
    customers: customers.flatMap((name) => ('S' in name ? [name.S] : [])),
    livemode: item.livemode !== undefined && 'BOOL' in item.livemode ? item.livemode.BOOL : undefined,
    outbox: outbox.map((event) => json<AccountEvent>(event)!).sort((a, b) => a.sequence - b.sequence),
  };
}

export function json<T>(value: AttributeValue | undefined): T | undefined {
  return value !== undefined && 'S' in value ? (JSON.parse(value.S) as T) : undefined;
}

function count(item: Item, name: string): number {
  const value = item[name];
  const parsed = value !== undefined && 'N' in value ? Number(value.N) : Number.NaN;
  if (!Number.isSafeInteger(parsed)) throw new TypeError(`attribute ${name} of a billing item is damaged`);
  return parsed;
}
