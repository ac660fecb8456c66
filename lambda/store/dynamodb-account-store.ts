import type { AccountRecord } from '../../lib/domain/account';
import { accountKey, fromAccountItem, number } from './account-item';
import type {
  AccountStore,
  AdmissionCondition,
  RollOverRequest,
  TakeRequest,
  TakeResult,
} from './account-store';
import {
  ConditionFailed,
  StoreFault,
  type AttributeValue,
  type DynamoDbClient,
  type Item,
} from './dynamodb-client';

/** {@link AccountStore} on the table of `AccountTable`. */
export class DynamoDbAccountStore implements AccountStore {
  constructor(
    private readonly client: DynamoDbClient,
    private readonly tableName: string,
  ) {}

  async read(accountId: string): Promise<AccountRecord | undefined> {
    const input = { TableName: this.tableName, Key: accountKey(accountId), ConsistentRead: true };
    const { Item } = await this.readTwice<{ Item?: Item }>('GetItem', input);
    return Item && decode(accountId, Item);
  }

  take(request: TakeRequest): Promise<TakeResult> {
    const expression = new Expression().admission(request);
    expression
      .require('periodEnd', '>', number(request.now))
      .require('remaining', '>=', number(request.units));
    return this.update(
      request.credential.accountId,
      `SET ${expression.name('remaining')} = ${expression.name('remaining')} - ${expression.value(number(request.units))}`,
      expression,
    );
  }

  rollOver(request: RollOverRequest): Promise<TakeResult> {
    const expression = new Expression().admission(request);
    // The id alone would let two callers win where the period that opens bears the name of the one that ends.
    expression.require('periodId', '=', { S: request.from }).require('periodEnd', '<=', number(request.now));
    const set: [string, AttributeValue][] = [
      ['periodId', { S: request.to.id }],
      ['periodEnd', number(request.to.end)],
      ['remaining', number(request.remaining)],
    ];
    return this.update(
      request.credential.accountId,
      `SET ${set.map(([name, value]) => `${expression.name(name)} = ${expression.value(value)}`).join(', ')}`,
      expression,
    );
  }

  async charge(accountId: string, units: number): Promise<void> {
    try {
      await this.client.send('UpdateItem', {
        TableName: this.tableName,
        Key: accountKey(accountId),
        UpdateExpression: 'SET #remaining = #remaining - :units',
        ConditionExpression: 'attribute_exists(#remaining)',
        ExpressionAttributeNames: { '#remaining': 'remaining' },
        ExpressionAttributeValues: { ':units': number(units) },
      });
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      throw new StoreFault('not-applied', `there is no account ${accountId} to charge`, { cause: error });
    }
  }

  private async update(accountId: string, update: string, condition: Expression): Promise<TakeResult> {
    try {
      const { Attributes } = await this.client.send<{ Attributes: Item }>('UpdateItem', {
        TableName: this.tableName,
        Key: accountKey(accountId),
        UpdateExpression: update,
        ...condition.render(),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      return { kind: 'taken', account: decode(accountId, Attributes, 'unknown') };
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      // Without an item there is either no account, or an emulator that does not return it.
      const account = error.item ? decode(accountId, error.item) : await this.read(accountId);
      return { kind: 'refused', account };
    }
  }

  /** A read changes nothing, so that a connection which died while the environment was frozen costs no 503. */
  private async readTwice<T>(operation: string, input: object): Promise<T> {
    try {
      return await this.client.send<T>(operation, input);
    } catch (error) {
      if (!(error instanceof StoreFault) || error.outcome !== 'unknown') throw error;
      return this.client.send<T>(operation, input);
    }
  }
}

/** Builds a condition with placeholders, as several attribute names are reserved words. */
class Expression {
  private readonly names: Record<string, string> = {};
  private readonly values: Record<string, AttributeValue> = {};
  private readonly conditions: string[] = [];

  admission(condition: AdmissionCondition): this {
    const { credential, now, plans, scope } = condition;
    this.require('accessUntil', '>', number(now));
    const suspended = this.name('suspended');
    const not = this.value({ BOOL: false });
    this.conditions.push(`(attribute_not_exists(${suspended}) OR ${suspended} = ${not})`);
    this.conditions.push(
      `${this.name('plan')} IN (${plans.map((plan) => this.value({ S: plan })).join(', ')})`,
    );
    if (credential.fingerprint === undefined) return this;
    const grant = `${this.name('keys')}.${this.name(credential.fingerprint)}`;
    this.conditions.push(`${grant}.${this.name('expiresAt')} > ${this.value(number(now))}`);
    if (scope !== undefined) {
      this.conditions.push(`contains(${grant}.${this.name('scopes')}, ${this.value({ S: scope })})`);
    }
    return this;
  }

  require(name: string, comparison: '>' | '>=' | '<=' | '=', value: AttributeValue): this {
    this.conditions.push(`${this.name(name)} ${comparison} ${this.value(value)}`);
    return this;
  }

  name(name: string): string {
    const known = Object.entries(this.names).find(([, existing]) => existing === name);
    if (known) return known[0];
    const placeholder = `#n${Object.keys(this.names).length}`;
    this.names[placeholder] = name;
    return placeholder;
  }

  value(value: AttributeValue): string {
    const placeholder = `:v${Object.keys(this.values).length}`;
    this.values[placeholder] = value;
    return placeholder;
  }

  render(): object {
    return {
      ConditionExpression: this.conditions.join(' AND '),
      ExpressionAttributeNames: this.names,
      ExpressionAttributeValues: this.values,
    };
  }
}

/**
 * A damaged item is our fault, not the caller's: it must end as 503, never as a refusal.
 *
 * @param outcome `unknown` when the item is the answer of a write
 */
function decode(
  accountId: string,
  item: Item,
  outcome: StoreFault['outcome'] = 'not-applied',
): AccountRecord {
  try {
    return fromAccountItem(accountId, item);
  } catch (error) {
    throw new StoreFault(outcome, `account ${accountId} is damaged: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
