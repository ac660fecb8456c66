import { randomBytes } from 'node:crypto';
import { NEVER, MAX_KEYS_PER_ACCOUNT, type AccountRecord, type KeyGrant } from '../../lib/domain/account';
import type { Access } from '../../lib/domain/access';
import { composeKey, fingerprintOf, SECRET_BYTES } from '../../lib/domain/key';
import type { PlanDefinition } from '../../lib/domain/plan';
import { AccountConflict } from './account-conflict';
import {
  accountKey,
  fromAccountItem,
  newAccountRecord,
  number,
  toAccountItem,
  toGrant,
  type NewAccount,
} from './account-item';
import { accountUpdate } from './account-update';
import { addCredits, type CreditGrant, type CreditResult } from './add-credits';
import { changedAccount, updateOf, type AccountChange } from './change-account';
import { ConditionFailed, type DynamoDbClient, type Item } from './dynamodb-client';
import { eraseAccount } from './erase-account';
import { retireImportedKey } from './import-key';
import { listLinkConflicts, type KeptConflict } from './link-conflicts';
import { fromKeyItem, keyItemKey, toKeyItem, type KeyRecord } from './key-item';

export interface NewKey {
  readonly prefix: string;
  readonly label: string;
  /** Milliseconds since the epoch; absent: does not expire. */
  readonly expiresAt?: number;
  readonly scopes: readonly string[];
  /** Who asked for it, for the record. */
  readonly createdBy: string;
}

/** Characters of a fingerprint that logs show. */
const SHORTEST_KEY_ID = 8;

/** So long ago that no clock, this one included, can still take the key for a good one. */
const LONG_EXPIRED_MS = 86_400_000;

/** Attempts at a change; each failure means that another writer got through. */
const MAX_ATTEMPTS = 20;

/** Makes and shows accounts and keys. Not on the request path. */
export class AccountAdmin {
  constructor(
    private readonly client: DynamoDbClient,
    private readonly tableName: string,
    private readonly clock: () => number = Date.now,
  ) {}

  /** @throws AccountConflict `account_exists` */
  async createAccount(account: NewAccount): Promise<AccountRecord> {
    const record = newAccountRecord(account, this.clock());
    const exists = `account ${account.accountId} exists already`;
    await this.write('PutItem', new AccountConflict('account_exists', exists), {
      Item: toAccountItem(record),
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    return record;
  }

  async findAccount(accountId: string): Promise<AccountRecord | undefined> {
    const { Item } = await this.client.send<{ Item?: Item }>('GetItem', {
      TableName: this.tableName,
      Key: accountKey(accountId),
      ConsistentRead: true,
    });
    return Item && fromAccountItem(accountId, Item);
  }

  /**
   * Opens, extends or ends access on a plan.
   *
   * @throws AccountConflict `account_has_another_plan`, also when there is no such account
   */
  async changeAccess(accountId: string, plan: string, access: Access): Promise<void> {
    const message = `account ${accountId} does not exist, or is on another plan than ${plan}`;
    await this.write('UpdateItem', new AccountConflict('account_has_another_plan', message), {
      Key: accountKey(accountId),
      UpdateExpression: 'SET accessUntil = :until, lapseReason = :reason, #plan = :plan',
      ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(#plan) OR #plan = :plan)',
      ExpressionAttributeNames: { '#plan': 'plan' },
      ExpressionAttributeValues: {
        ':until': number(access.accessUntil),
        ':reason': { S: access.lapseReason },
        ':plan': { S: plan },
      },
    });
  }

  /**
   * Changes what an account may do, at once: what was used of the open period stays used, and the difference of the
   * limits is added to what remains, or taken from it.
   *
   * @param plans of the catalogue
   * @returns the account before and after
   * @throws AccountConflict `no_such_account` or `account_contended`
   */
  async changeAccount(
    accountId: string,
    change: AccountChange,
    plans: readonly PlanDefinition[],
  ): Promise<{ readonly before: AccountRecord; readonly after: AccountRecord }> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const before = await this.findAccount(accountId);
      if (!before) throw new AccountConflict('no_such_account', `there is no account ${accountId}`);
      const update = updateOf(before, changedAccount(before, change), plans, this.clock());
      if (!update) return { before, after: before };
      try {
        const request = { ...accountUpdate(this.tableName, before, update), ReturnValues: 'ALL_NEW' };
        const { Attributes } = await this.client.send<{ Attributes: Item }>('UpdateItem', request);
        return { before, after: fromAccountItem(accountId, Attributes) };
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
      }
    }
    throw new AccountConflict('account_contended', `account ${accountId} was changed by others; try again`);
  }

  /** Adds bought units, exactly once for an id; see {@link addCredits}. */
  addCredits(accountId: string, grant: CreditGrant): Promise<CreditResult> {
    return addCredits(this.client, this.tableName, accountId, grant, this.clock());
  }

  /**
   * Makes a key. Only its fingerprint is stored: the answer is the one time that it can be seen. Where the account holds
   * all the keys that it can, those that expired a day ago or earlier are ended: rotations would fill it up.
   *
   * @throws AccountConflict `no_such_account` or `too_many_keys`
   */
  async createKey(
    accountId: string,
    options: NewKey,
  ): Promise<{ readonly key: string; readonly record: KeyRecord }> {
    const key = composeKey(options.prefix, accountId, randomBytes(SECRET_BYTES));
    const record: KeyRecord = {
      fingerprint: fingerprintOf(key),
      label: options.label,
      createdAt: this.clock(),
      createdBy: options.createdBy,
      expiresAt: options.expiresAt ?? NEVER,
      scopes: options.scopes,
    };
    const account = await this.findAccount(accountId);
    if (!account) throw new AccountConflict('no_such_account', `there is no account ${accountId}`);
    await this.makeRoom(account);
    // The description first: a key that works and is described nowhere would be worse than the reverse.
    await this.client.send('PutItem', { TableName: this.tableName, Item: toKeyItem(accountId, record) });
    const tooMany = `account ${accountId} holds ${MAX_KEYS_PER_ACCOUNT} keys, the most there can be; revoke one first`;
    try {
      await this.write('UpdateItem', new AccountConflict('too_many_keys', tooMany), {
        Key: accountKey(accountId),
        UpdateExpression: 'SET #keys.#fingerprint = :grant',
        ConditionExpression: 'attribute_exists(pk) AND size(#keys) < :most',
        ExpressionAttributeNames: { '#keys': 'keys', '#fingerprint': record.fingerprint },
        ExpressionAttributeValues: { ':grant': toGrant(record), ':most': number(MAX_KEYS_PER_ACCOUNT) },
      });
    } catch (error) {
      if (error instanceof AccountConflict) await this.deleteKeyItem(accountId, record.fingerprint);
      throw error;
    }
    return { key, record };
  }

  /**
   * Replaces a key by a new one with the same scopes. Both work until the overlap is over.
   *
   * @param fingerprint of the key to replace
   * @param overlapMs how long the old key stays valid, milliseconds; it is never prolonged
   * @throws AccountConflict `no_such_account`, `no_such_key` or `too_many_keys`
   */
  async rotateKey(
    accountId: string,
    fingerprint: string,
    overlapMs: number,
    options: NewKey,
  ): Promise<{ readonly key: string; readonly record: KeyRecord; readonly oldExpiresAt: number }> {
    const grant = await this.findGrant(accountId, fingerprint);
    // The new key first: whatever fails afterwards, the customer holds one that works.
    const created = await this.createKey(accountId, { ...options, scopes: grant.scopes });
    const oldExpiresAt = Math.min(grant.expiresAt, this.clock() + overlapMs);
    const gone = new AccountConflict('no_such_key', `the key ${fingerprint} was revoked meanwhile`);
    const values = { ':expiresAt': number(oldExpiresAt) };
    await this.write('UpdateItem', gone, {
      Key: accountKey(accountId),
      UpdateExpression: 'SET #keys.#fingerprint.expiresAt = :expiresAt',
      ConditionExpression: 'attribute_exists(#keys.#fingerprint)',
      ExpressionAttributeNames: { '#keys': 'keys', '#fingerprint': fingerprint },
      ExpressionAttributeValues: values,
    });
    await this.write('UpdateItem', gone, {
      Key: keyItemKey(accountId, fingerprint),
      UpdateExpression: 'SET validUntil = :expiresAt',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: values,
    });
    return { ...created, oldExpiresAt };
  }

  /**
   * Ends a key. It is refused from then on by whoever asks, and within `leaseDuration` where a lease is live. Repeating
   * it finishes what a crash left: a key is gone when its description is, which goes last.
   *
   * @throws AccountConflict `no_such_account` or `no_such_key`
   */
  async revokeKey(accountId: string, fingerprint: string): Promise<void> {
    const described = (await this.descriptions(accountId)).some((key) => key.fingerprint === fingerprint);
    if (!described) await this.findGrant(accountId, fingerprint);
    // First, so that no crash leaves a revoked key which importing the same file again would bring back.
    await retireImportedKey(this.client, this.tableName, accountId, fingerprint, this.clock());
    const gone = new AccountConflict('no_such_account', `there is no account ${accountId}`);
    await this.write('UpdateItem', gone, {
      Key: accountKey(accountId),
      UpdateExpression: 'REMOVE #keys.#fingerprint',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#keys': 'keys', '#fingerprint': fingerprint },
    });
    await this.deleteKeyItem(accountId, fingerprint);
  }

  /**
   * A key by its fingerprint, or by the beginning of it that logs and lists show; also one whose revocation a crash has
   * left half done, so that it can be repeated.
   *
   * @param keyId at least 8 characters
   * @throws AccountConflict `no_such_key`, also when more than one key begins so
   */
  async findKey(accountId: string, keyId: string): Promise<KeyRecord> {
    const keys = await this.descriptions(accountId);
    const [key, ...others] = keys.filter(({ fingerprint }) => fingerprint.startsWith(keyId));
    if (key && others.length === 0 && keyId.length >= SHORTEST_KEY_ID) return key;
    throw new AccountConflict('no_such_key', `account ${accountId} has no key ${keyId}`);
  }

  /** The keys that the account holds, oldest first. What a key may do is told as the account has it, which decides. */
  async listKeys(accountId: string): Promise<readonly KeyRecord[]> {
    const descriptions = await this.descriptions(accountId);
    if (descriptions.length === 0) return [];
    const grants = (await this.findAccount(accountId))?.keys ?? {};
    return descriptions.flatMap((key) => {
      const grant = grants[key.fingerprint];
      return grant ? [{ ...key, ...grant }] : [];
    });
  }

  /** Oldest first; before a key is granted and after it was taken away there is only this. */
  private async descriptions(accountId: string): Promise<readonly KeyRecord[]> {
    const keys: KeyRecord[] = [];
    let start: Item | undefined;
    do {
      const page: { Items: Item[]; LastEvaluatedKey?: Item } = await this.client.send('Query', {
        TableName: this.tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': { S: `ACCOUNT#${accountId}` }, ':sk': { S: 'KEY#' } },
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      });
      keys.push(...page.Items.map(fromKeyItem));
      start = page.LastEvaluatedKey;
    } while (start);
    return keys.sort((a, b) => a.createdAt - b.createdAt);
  }

  /** Payments that were kept from an account; see {@link listLinkConflicts}. */
  listLinkConflicts(): Promise<readonly KeptConflict[]> {
    return listLinkConflicts(this.client, this.tableName, this.clock());
  }

  /** Deletes an account and everything about it; see {@link eraseAccount}. */
  erase(accountId: string): Promise<number> {
    return eraseAccount(this.client, this.tableName, accountId, this.clock());
  }

  private async makeRoom({ accountId, keys }: AccountRecord): Promise<void> {
    if (Object.keys(keys).length < MAX_KEYS_PER_ACCOUNT) return;
    const expired = Object.keys(keys).filter(
      (fingerprint) => this.clock() >= keys[fingerprint]!.expiresAt + LONG_EXPIRED_MS,
    );
    for (const fingerprint of expired) {
      try {
        await this.revokeKey(accountId, fingerprint);
      } catch (error) {
        // Somebody was faster.
        if (!(error instanceof AccountConflict)) throw error;
      }
    }
  }

  private async findGrant(accountId: string, fingerprint: string): Promise<KeyGrant> {
    const account = await this.findAccount(accountId);
    if (!account) throw new AccountConflict('no_such_account', `there is no account ${accountId}`);
    const grant = account.keys[fingerprint];
    if (!grant) throw new AccountConflict('no_such_key', `account ${accountId} has no key ${fingerprint}`);
    return grant;
  }

  private async deleteKeyItem(accountId: string, fingerprint: string): Promise<void> {
    const Key = keyItemKey(accountId, fingerprint);
    await this.client.send('DeleteItem', { TableName: this.tableName, Key });
  }

  private async write(operation: string, refused: AccountConflict, input: object): Promise<void> {
    try {
      await this.client.send(operation, { TableName: this.tableName, ...input });
    } catch (error) {
      throw error instanceof ConditionFailed ? refused : error;
    }
  }
}
