import { AccountConflict } from '../../lambda/store';
import { fingerprintOf } from '../../lib/domain/key';
import { accountUsageKey } from '../../lib/domain/usage-key';
import type { AccountsOf } from '../deployment/target';
import type { DemoAccount } from '../../lib/quick-start/demo-accounts';
import { demoAccess, type Demo } from './demo';

/** What the record of a key says of who asked for it. */
const CREATED_BY = 'quickstart';

/**
 * Makes the demo accounts with one key each. Accounts that are there already are left as they are, and get a new key
 * unless the one of an earlier run is at hand.
 *
 * @param earlier keys of an earlier run, by account id
 * @returns key by account id
 */
export async function seed(
  demo: Demo,
  accounts: AccountsOf,
  now: number,
  earlier: ReadonlyMap<string, string> = new Map(),
): Promise<Map<string, string>> {
  const keys = new Map<string, string>();
  for (const account of Object.values(demo.accounts)) {
    await createUnlessThere(account, accounts, now);
    keys.set(account.id, await keyOf(account, accounts, earlier.get(account.id)));
  }
  return keys;
}

async function createUnlessThere(account: DemoAccount, accounts: AccountsOf, now: number): Promise<void> {
  const { admin, usageKeyScope } = accounts;
  try {
    await admin.createAccount({
      accountId: account.id,
      plan: account.plan,
      access: demoAccess(account, now),
      ...(account.ownKey && usageKeyScope !== undefined
        ? { usageKey: accountUsageKey(usageKeyScope, account.id) }
        : {}),
    });
  } catch (error) {
    if (error instanceof AccountConflict && error.code === 'account_exists') return;
    throw error;
  }
}

async function keyOf(
  account: DemoAccount,
  { admin, catalogue }: AccountsOf,
  earlier: string | undefined,
): Promise<string> {
  if (earlier !== undefined) {
    const stored = await admin.findAccount(account.id);
    if (stored && Object.hasOwn(stored.keys, fingerprintOf(earlier))) return earlier;
  }
  const { key } = await admin.createKey(account.id, {
    prefix: catalogue.keyPrefix,
    label: 'quick start',
    scopes: [],
    createdBy: CREATED_BY,
  });
  return key;
}
