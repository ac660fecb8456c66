import { accountKey, number } from './account-item';
import { AccountConflict } from './account-conflict';
import { ConditionFailed, StoreFault, type DynamoDbClient, type Item } from './dynamodb-client';

/** Bought units that are added to an account once. */
export interface CreditGrant {
  /** Names the grant: the same id adds once, however often it is sent. */
  readonly id: string;
  /** Whole number above 0. */
  readonly units: number;
}

export interface CreditResult {
  /** False: the id had added its units before. */
  readonly added: boolean;
  /** What the account holds now. */
  readonly credits: number;
}

export const CREDIT_ID_PATTERN = /^[A-Za-z0-9._:-]{1,64}$/;

/** Each repetition means that another grant got through, or that an answer was lost. */
const MAX_ATTEMPTS = 20;
/** Attempts when answers are lost. */
const MAX_LOST = 3;

/**
 * Adds units exactly once per id, without a transaction.
 *
 * ```
 * account: creditRev r, lastCredit X          CREDIT#<id>: units, applied?
 *   1. read the account (r, X)
 *   2. mark CREDIT#X as applied               what is about to be forgotten by the account
 *   3. put CREDIT#<id>, or read it            applied, or X itself: done before
 *   4. credits + units, creditRev r + 1, lastCredit <id>   if creditRev is still r
 *   5. mark CREDIT#<id> as applied
 * ```
 * A grant that was applied is either the account's last one, or marked (2) before the next one was applied. Whoever
 * sees neither in 3 has read the account (1) before the grant was applied, so that the condition of 4 fails.
 *
 * @throws AccountConflict `no_such_account`, `credit_differs` or `account_contended`
 */
export async function addCredits(
  client: DynamoDbClient,
  tableName: string,
  accountId: string,
  grant: CreditGrant,
  now: number,
): Promise<CreditResult> {
  const ledger = new CreditLedger(client, tableName, accountId, now);
  let unsure = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await ledger.add(grant);
      if (result) return { ...result, added: result.added || unsure };
    } catch (error) {
      // The id makes a repetition safe, whatever became of the write.
      if (!(error instanceof StoreFault) || error.outcome !== 'unknown' || attempt >= MAX_LOST) throw error;
      unsure = true;
    }
    if (attempt >= MAX_ATTEMPTS) {
      throw new AccountConflict('account_contended', `account ${accountId} was changed by others; try again`);
    }
  }
}

class CreditLedger {
  constructor(
    private readonly client: DynamoDbClient,
    private readonly tableName: string,
    private readonly accountId: string,
    private readonly now: number,
  ) {}

  /** @returns `undefined` when another grant came between */
  async add({ id, units }: CreditGrant): Promise<CreditResult | undefined> {
    const account = await this.get(accountKey(this.accountId));
    if (!account) throw new AccountConflict('no_such_account', `there is no account ${this.accountId}`);
    const revision = numberOf(account, 'creditRev');
    const last = account.lastCredit && 'S' in account.lastCredit ? account.lastCredit.S : undefined;
    if (last !== undefined) await this.markApplied(last);

    const known = await this.putOrGet(id, units);
    if (known && numberOf(known, 'units') !== units) {
      throw new AccountConflict(
        'credit_differs',
        `the id ${id} has added ${numberOf(known, 'units')} units before, not ${units}`,
      );
    }
    if (last === id || known?.applied) return { added: false, credits: numberOf(account, 'credits') };
    const credits = await this.apply(id, units, revision);
    if (credits === undefined) return undefined;
    await this.markApplied(id);
    return { added: true, credits };
  }

  /** @returns what the account holds afterwards; `undefined` when `creditRev` has moved on */
  private async apply(id: string, units: number, revision: number): Promise<number | undefined> {
    const unchanged = revision === 0 ? 'attribute_not_exists(creditRev)' : 'creditRev = :revision';
    const updated = await this.conditionally<{ Attributes: Item }>('UpdateItem', {
      Key: accountKey(this.accountId),
      UpdateExpression:
        'SET credits = if_not_exists(credits, :zero) + :units, creditRev = :next, lastCredit = :id',
      ConditionExpression: `attribute_exists(pk) AND ${unchanged}`,
      ExpressionAttributeValues: {
        ':zero': number(0),
        ':units': number(units),
        ':next': number(revision + 1),
        ':id': { S: id },
        ...(revision > 0 && { ':revision': number(revision) }),
      },
      ReturnValues: 'UPDATED_NEW',
    });
    return updated && numberOf(updated.Attributes, 'credits');
  }

  /** @returns the grant of this id that exists already */
  private async putOrGet(id: string, units: number): Promise<Item | undefined> {
    const Key = creditKey(this.accountId, id);
    const put = await this.conditionally('PutItem', {
      Item: { ...Key, units: number(units), createdAt: number(this.now) },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    return put ? undefined : this.get(Key);
  }

  private async markApplied(id: string): Promise<void> {
    await this.conditionally('UpdateItem', {
      Key: creditKey(this.accountId, id),
      UpdateExpression: 'SET applied = :yes',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':yes': { BOOL: true } },
    });
  }

  private async get(Key: Item): Promise<Item | undefined> {
    const input = { TableName: this.tableName, Key, ConsistentRead: true };
    return (await this.client.send<{ Item?: Item }>('GetItem', input)).Item;
  }

  private async conditionally<T>(operation: string, input: object): Promise<T | undefined> {
    try {
      return await this.client.send<T>(operation, { TableName: this.tableName, ...input });
    } catch (error) {
      if (error instanceof ConditionFailed) return undefined;
      throw error;
    }
  }
}

function creditKey(accountId: string, id: string): Item {
  return { pk: { S: `ACCOUNT#${accountId}` }, sk: { S: `CREDIT#${id}` } };
}

function numberOf(item: Item, name: string): number {
  const value = item[name];
  return value && 'N' in value ? Number(value.N) : 0;
}
