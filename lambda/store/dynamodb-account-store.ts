import type { AccountRecord } from '../../lib/domain/account';
import { dayOf, daysToForget } from '../../lib/domain/daily-usage';
import { unitsOf } from '../../lib/domain/quota';
import { accountKey, dayAttribute, fromAccountItem, LAST_USED_DAY, number } from './account-item';
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
    const { draw, maxOverage = 0, now } = request;
    const expression = new Expression().admission(request).require('periodEnd', '>', number(now));
    if (draw.remaining > 0) expression.subtract('remaining', draw.remaining);
    if (draw.credits > 0) expression.subtract('credits', draw.credits);
    if (draw.overage > 0) expression.addUpTo('overage', draw.overage, maxOverage);
    // What was bought is spent when the period has nothing more, and not because it was empty a moment ago.
    if (draw.credits + draw.overage > 0) expression.require('remaining', '<=', number(draw.remaining));
    expression.countUse(request, unitsOf(draw));
    return this.update(request.credential.accountId, expression);
  }

  rollOver(request: RollOverRequest): Promise<TakeResult> {
    const { from, now, remaining, to } = request;
    const expression = new Expression().admission(request);
    // The id alone would let two callers win where the period that opens bears the name of the one that ends.
    expression.require('periodId', '=', { S: from.periodId }).require('periodEnd', '<=', number(now));
    expression.require('planRev', '=', number(from.planRev)).requireSame('billingRev', from.billingRev);
    expression
      .set('periodId', { S: to.id })
      .set('periodEnd', number(to.end))
      .set('remaining', number(remaining));
    if (request.closesOverage) expression.move('overage', 'overageClosed');
    expression.countUse(request, request.units);
    for (const day of daysToForget(from.daily, now)) expression.remove(dayAttribute(day));
    return this.update(request.credential.accountId, expression);
  }

  async charge(accountId: string, units: number, now: number): Promise<void> {
    try {
      await this.client.send('UpdateItem', {
        TableName: this.tableName,
        Key: accountKey(accountId),
        UpdateExpression: 'SET #remaining = #remaining - :units ADD #day :units',
        ConditionExpression: 'attribute_exists(#remaining)',
        ExpressionAttributeNames: { '#remaining': 'remaining', '#day': dayAttribute(dayOf(now)) },
        ExpressionAttributeValues: { ':units': number(units) },
      });
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      throw new StoreFault('not-applied', `there is no account ${accountId} to charge`, { cause: error });
    }
  }

  async noteUse(accountId: string, fingerprint: string, now: number): Promise<void> {
    try {
      await this.client.send('UpdateItem', {
        TableName: this.tableName,
        Key: accountKey(accountId),
        UpdateExpression: 'SET #keys.#fingerprint.#day = :day',
        ConditionExpression: 'attribute_exists(#keys.#fingerprint)',
        ExpressionAttributeNames: { '#keys': 'keys', '#fingerprint': fingerprint, '#day': LAST_USED_DAY },
        ExpressionAttributeValues: { ':day': number(dayOf(now)) },
      });
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
    }
  }

  private async update(accountId: string, expression: Expression): Promise<TakeResult> {
    try {
      const { Attributes } = await this.client.send<{ Attributes: Item }>('UpdateItem', {
        TableName: this.tableName,
        Key: accountKey(accountId),
        ...expression.render(),
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

/** An update and its condition, with placeholders, as several attribute names are reserved words. */
class Expression {
  private readonly names: Record<string, string> = {};
  private readonly values: Record<string, AttributeValue> = {};
  private readonly conditions: string[] = [];
  private readonly assignments: string[] = [];
  private readonly removals: string[] = [];
  private readonly additions: string[] = [];

  admission(condition: AdmissionCondition): this {
    const { credential, now, plans, routesOf, scope } = condition;
    this.require('accessUntil', '>', number(now));
    const suspended = this.name('suspended');
    const not = this.value({ BOOL: false });
    this.conditions.push(`(attribute_not_exists(${suspended}) OR ${suspended} = ${not})`);
    this.conditions.push(
      `${this.name('plan')} IN (${plans.map((plan) => this.value({ S: plan })).join(', ')})`,
    );
    if (routesOf !== undefined) this.require('routesOf', '=', { S: routesOf });
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

  /** The number that was seen, or none as none was. */
  requireSame(name: string, seen: number | undefined): this {
    if (seen !== undefined) return this.require(name, '=', number(seen));
    this.conditions.push(`attribute_not_exists(${this.name(name)})`);
    return this;
  }

  set(name: string, value: AttributeValue): this {
    this.assignments.push(`${this.name(name)} = ${this.value(value)}`);
    return this;
  }

  /** Subtracts what is there, and fails when it is not. */
  subtract(name: string, units: number): this {
    const attribute = this.name(name);
    this.assignments.push(`${attribute} = ${attribute} - ${this.value(number(units))}`);
    return this.require(name, '>=', number(units));
  }

  /** Adds to a number that may be absent, and fails when it would pass `most`. */
  addUpTo(name: string, units: number, most: number): this {
    const attribute = this.name(name);
    this.assignments.push(`${attribute} = ${this.numberOrZero(name)} + ${this.value(number(units))}`);
    // An absent number is zero, and must pass the same bound.
    if (units > most) return this.require(name, '<=', number(most - units));
    const least = this.value(number(most - units));
    this.conditions.push(`(attribute_not_exists(${attribute}) OR ${attribute} <= ${least})`);
    return this;
  }

  /** Adds one number to another and starts it anew. */
  move(from: string, to: string): this {
    this.assignments.push(`${this.name(to)} = ${this.numberOrZero(to)} + ${this.numberOrZero(from)}`);
    return this.set(from, number(0));
  }

  remove(name: string): this {
    this.removals.push(this.name(name));
    return this;
  }

  /** Counts units for the day, and the day for the key. */
  countUse({ credential: { fingerprint }, now }: AdmissionCondition, units: number): this {
    const day = dayOf(now);
    if (units > 0) this.additions.push(`${this.name(dayAttribute(day))} ${this.value(number(units))}`);
    if (fingerprint === undefined) return this;
    const grant = `${this.name('keys')}.${this.name(fingerprint)}`;
    this.assignments.push(`${grant}.${this.name(LAST_USED_DAY)} = ${this.value(number(day))}`);
    return this;
  }

  private numberOrZero(name: string): string {
    return `if_not_exists(${this.name(name)}, ${this.value(number(0))})`;
  }

  private name(name: string): string {
    const known = Object.entries(this.names).find(([, existing]) => existing === name);
    if (known) return known[0];
    const placeholder = `#n${Object.keys(this.names).length}`;
    this.names[placeholder] = name;
    return placeholder;
  }

  private value(value: AttributeValue): string {
    const placeholder = `:v${Object.keys(this.values).length}`;
    this.values[placeholder] = value;
    return placeholder;
  }

  render(): object {
    return {
      UpdateExpression: [
        `SET ${this.assignments.join(', ')}`,
        ...(this.removals.length > 0 ? [`REMOVE ${this.removals.join(', ')}`] : []),
        ...(this.additions.length > 0 ? [`ADD ${this.additions.join(', ')}`] : []),
      ].join(' '),
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
