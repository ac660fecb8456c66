import { ConditionFailed, type AttributeValue, type DynamoDbClient, type Item } from './dynamodb-client';
import { number } from './account-item';

/** The checkout session that an account was sent to last. */
export interface NotedSession {
  readonly session: string;
  /** What is sold on which terms: the same again is the same session again. */
  readonly order: string;
}

/** Longer than a session can stay open: 24 hours. */
const KEPT_SECONDS = 7 * 86_400;

/** At most one open checkout session for each account: a second one could be paid, too. */
export class CheckoutBook {
  constructor(
    private readonly client: Pick<DynamoDbClient, 'send'>,
    private readonly tableName: string,
    private readonly clock: () => number,
  ) {}

  /** Strongly consistent. */
  async read(account: string): Promise<NotedSession | undefined> {
    const { Item } = await this.client.send<{ Item?: Item }>('GetItem', {
      TableName: this.tableName,
      Key: keyOf(account),
      ConsistentRead: true,
    });
    return Item && { session: text(Item.session), order: text(Item.order) };
  }

  /**
   * @param replaced session that was noted before; absent: none was
   * @returns false when another one was noted meanwhile
   */
  async note(account: string, { session, order }: NotedSession, replaced?: string): Promise<boolean> {
    try {
      await this.client.send('PutItem', {
        TableName: this.tableName,
        Item: {
          ...keyOf(account),
          session: { S: session },
          order: { S: order },
          expiresAt: number(Math.floor(this.clock() / 1000) + KEPT_SECONDS),
        },
        ...(replaced === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk) OR #session = :session' }
          : { ConditionExpression: '#session IN (:session, :replaced)' }),
        ExpressionAttributeNames: { '#session': 'session' },
        ExpressionAttributeValues: {
          ':session': { S: session },
          ...(replaced !== undefined && { ':replaced': { S: replaced } }),
        },
      });
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  }
}

function keyOf(account: string): Item {
  return { pk: { S: `ACCOUNT#${account}` }, sk: { S: 'CHECKOUT' } };
}

function text(value: AttributeValue | undefined): string {
  return value !== undefined && 'S' in value ? value.S : '';
}
