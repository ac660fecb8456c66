import type { ProvisioningTerms } from '../../lib/domain/provisioning';
import { provisionedUsageKeyPrefix } from '../../lib/domain/usage-key';
import { accountDrift, knownKeys, orphans, type ListedUsageKey } from '../../lib/domain/usage-key-drift';
import type { UsageKeyRecord, UsageKeyStore } from '../store/usage-key-store';
import type { AccountQueue } from './account-queue';
import type { UsageKeyGateway } from './usage-key-gateway';

export interface RepairPorts {
  readonly store: Pick<UsageKeyStore, 'save'> & { list(): AsyncIterable<UsageKeyRecord> };
  readonly gateway: Pick<UsageKeyGateway, 'list' | 'delete'>;
  readonly queue: Pick<AccountQueue, 'send'>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

export interface RepairReport {
  readonly keys: number;
  readonly accounts: number;
  /** Accounts that the provisioner has to look at. */
  readonly unsettled: readonly string[];
  /** Accounts that rely on a key which somebody has deleted. */
  readonly vanished: readonly string[];
  /** Keys of nobody, by name. */
  readonly orphans: readonly string[];
}

/**
 * Compares API Gateway's keys with accounts and records, and puts right what differs: accounts go to the queue, keys
 * of nobody are deleted. It may run at any time, beside the provisioner.
 *
 * @param apply false: only look
 */
export async function repairUsageKeys(
  { store, gateway, queue, clock }: RepairPorts,
  terms: ProvisioningTerms,
  apply: boolean,
): Promise<RepairReport> {
  // The list first: whatever is in it was recorded before.
  const listedAt = clock();
  const listed: ListedUsageKey[] = [];
  for await (const key of gateway.list(provisionedUsageKeyPrefix(terms.scope))) listed.push(key);
  const names = new Set(listed.map(({ name }) => name));

  const known = new Set<string>();
  const found = { unsettled: [] as string[], vanished: [] as string[] };
  let accounts = 0;
  for await (const record of store.list()) {
    accounts += 1;
    for (const name of knownKeys(record)) known.add(name);
    const drift = accountDrift(record, names, listedAt, terms, clock());
    if (!drift) continue;
    found[drift.kind].push(record.accountId);
    if (apply && drift.kind === 'vanished') await store.save(record, drift.state);
  }
  const ofNobody = orphans(listed, known, terms.scope);
  if (apply) {
    await queue.send([...found.vanished, ...found.unsettled]);
    for (const { id } of ofNobody) await gateway.delete(id);
  }
  return { keys: listed.length, accounts, ...found, orphans: ofNobody.map(({ name }) => name) };
}
