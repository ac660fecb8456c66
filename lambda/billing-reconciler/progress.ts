import { number } from '../store/account-item';
import { ConditionFailed, type DynamoDbClient, type Item } from '../store/dynamodb-client';

/** In this order: what names a customer is of use only when the customer is linked. */
export const PHASES = ['links', 'subscriptions', 'events', 'accounts'] as const;
export type Phase = (typeof PHASES)[number];

/** How far one walk over everything has come; it may take several runs of the function. */
export interface Pass {
  readonly startedAt: number;
  readonly phase: Phase;
  /** Last thing of the phase that was done. */
  readonly after?: string;
  /** Stretch of time whose events are looked at, milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  /** An event could not be applied: the next pass looks at the same stretch again. */
  readonly eventsFailed: boolean;
}

export interface Progress {
  /** Counts the writes; 0: there was none. */
  readonly revision: number;
  /** The pass that is under way. */
  readonly pass?: Pass;
  /** When the newest pass began. */
  readonly startedAt?: number;
  /** Events until then have been looked at. */
  readonly eventsUntil?: number;
}

export interface ProgressStore {
  read(): Promise<Progress>;
  /** @returns false when another run has written meanwhile */
  write(progress: Progress): Promise<boolean>;
}

const KEY: Item = { pk: { S: 'RECONCILER#stripe' }, sk: { S: 'PROGRESS' } };

/** One item of the account table. */
export class DynamoDbProgress implements ProgressStore {
  constructor(
    private readonly client: Pick<DynamoDbClient, 'send'>,
    private readonly tableName: string,
  ) {}

  async read(): Promise<Progress> {
    const { Item } = await this.client.send<{ Item?: Item }>('GetItem', {
      TableName: this.tableName,
      Key: KEY,
      ConsistentRead: true,
    });
    const stored = Item?.progress;
    return stored !== undefined && 'S' in stored ? (JSON.parse(stored.S) as Progress) : { revision: 0 };
  }

  async write(progress: Progress): Promise<boolean> {
    const next = { ...progress, revision: progress.revision + 1 };
    try {
      await this.client.send('PutItem', {
        TableName: this.tableName,
        Item: { ...KEY, revision: number(next.revision), progress: { S: JSON.stringify(next) } },
        ConditionExpression: 'attribute_not_exists(pk) OR revision = :seen',
        ExpressionAttributeValues: { ':seen': number(progress.revision) },
      });
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  }
}
