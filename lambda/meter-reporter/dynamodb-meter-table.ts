import { billingKey, fromBillingItem } from '../billing/billing-item';
import { STRIPE } from '../billing/stripe/translate';
import { number } from '../store/account-item';
import {
  ConditionFailed,
  type AttributeValue,
  type DynamoDbClient,
  type Item,
} from '../store/dynamodb-client';
import { payingCustomer } from './paying-customer';
import type { MeterState, MeterTable, Overage, Report } from './meter-table';

interface Page {
  readonly Items: readonly Item[];
  readonly LastEvaluatedKey?: Item;
}

/** Parts of the table, in turn. */
const SEGMENTS = 16;
/** Items read at once: each request has to be answered within the client's second. */
const PAGE = 250;

/** {@link MeterTable} on the table of `AccountTable`: an item of its own per account, deleted with the account. */
export class DynamoDbMeterTable implements MeterTable {
  constructor(
    private readonly client: Pick<DynamoDbClient, 'send'>,
    private readonly table: string,
  ) {}

  /** Reads the whole table: an index over what changes with each request would double the cost of requests. */
  async *overages(first: number): AsyncIterable<Overage> {
    const offset = Math.floor(first * SEGMENTS);
    for (let turn = 0; turn < SEGMENTS; turn += 1) yield* this.segment((offset + turn) % SEGMENTS);
  }

  private async *segment(Segment: number): AsyncIterable<Overage> {
    let start: Item | undefined;
    do {
      const page: Page = await this.client.send<Page>('Scan', {
        TableName: this.table,
        Segment,
        TotalSegments: SEGMENTS,
        Limit: PAGE,
        FilterExpression: 'sk = :account AND (overage > :none OR overageClosed > :none)',
        ExpressionAttributeValues: { ':account': { S: 'ACCOUNT' }, ':none': number(0) },
        ProjectionExpression: 'pk, overage, overageClosed',
        ...(start && { ExclusiveStartKey: start }),
      });
      for (const { pk, overage, overageClosed } of page.Items) {
        // A rollover moves units from one to the other in one write: their sum is what there ever was.
        yield { account: text(pk).slice('ACCOUNT#'.length), total: count(overage) + count(overageClosed) };
      }
      start = page.LastEvaluatedKey;
    } while (start);
  }

  async read(account: string): Promise<MeterState> {
    const item = await this.get(meterKey(account));
    if (!item) return { reported: 0 };
    const { reported, pending } = item;
    return {
      reported: count(reported),
      ...(pending && { pending: JSON.parse(text(pending)) as Report }),
    };
  }

  async customerOf(account: string): Promise<string | undefined> {
    const item = await this.get(billingKey(account));
    return item && payingCustomer(fromBillingItem(item), STRIPE);
  }

  async begin(account: string, report: Report): Promise<boolean> {
    return await this.update(account, {
      UpdateExpression: 'SET pending = :report',
      // Nothing was ever reported of an account without the item.
      ConditionExpression: `attribute_not_exists(pending) AND ${report.from === 0 ? '(attribute_not_exists(reported) OR reported = :from)' : 'reported = :from'}`,
      ExpressionAttributeValues: { ':report': stored(report), ':from': number(report.from) },
    });
  }

  async repeat(account: string, report: Report): Promise<boolean> {
    return await this.update(account, {
      UpdateExpression: 'SET pending = :repeated',
      ConditionExpression: 'pending IN (:report, :repeated)',
      ExpressionAttributeValues: {
        ':report': stored({ ...report, repeated: false }),
        ':repeated': stored({ ...report, repeated: true }),
      },
    });
  }

  async settle(account: string, report: Report): Promise<void> {
    await this.update(account, {
      UpdateExpression: 'SET reported = :to REMOVE pending',
      ConditionExpression: 'pending IN (:report, :repeated)',
      ExpressionAttributeValues: {
        ':report': stored({ ...report, repeated: false }),
        ':repeated': stored({ ...report, repeated: true }),
        ':to': number(report.to),
      },
    });
  }

  async withdraw(account: string, report: Report): Promise<void> {
    await this.update(account, {
      UpdateExpression: 'REMOVE pending',
      ConditionExpression: 'pending = :report',
      ExpressionAttributeValues: { ':report': stored(report) },
    });
  }

  private async get(Key: Item): Promise<Item | undefined> {
    const input = { TableName: this.table, Key, ConsistentRead: true };
    return (await this.client.send<{ Item?: Item }>('GetItem', input)).Item;
  }

  /** @returns whether the condition held */
  private async update(account: string, input: object): Promise<boolean> {
    try {
      await this.client.send('UpdateItem', { TableName: this.table, Key: meterKey(account), ...input });
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  }
}

function meterKey(account: string): Item {
  return { pk: { S: `ACCOUNT#${account}` }, sk: { S: 'METER' } };
}

/** Always in the same order, as it is compared as a text. */
function stored({ id, customer, from, to, at, repeated }: Report): AttributeValue {
  return { S: JSON.stringify({ id, customer, from, to, at, repeated }) };
}

function text(value: AttributeValue | undefined): string {
  if (value === undefined || !('S' in value)) throw new TypeError('an item of the meter is damaged');
  return value.S;
}

function count(value: AttributeValue | undefined): number {
  return value !== undefined && 'N' in value ? Number(value.N) : 0;
}
