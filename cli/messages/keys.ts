import { NEVER } from '../../lib/domain/account';
import type { KeyRecord } from '../../lambda/store';
import { dateOf } from '../../lib/domain/daily-usage';
import type { ImportedRow } from '../keys/import';
import type { LeftOutRow } from '../keys/import-rows';
import { defineMessage } from '../message';
import { printable } from '../printable';
import { table } from '../table';

/** A key for people and programs; the key itself is never part of it. */
export interface DescribedKey {
  /** Beginning of the fingerprint: what logs show, and what commands take. */
  readonly keyId: string;
  readonly label: string;
  readonly scopes: readonly string[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly createdBy: string;
  /** ISO 8601; `null`: never. */
  readonly expiresAt: string | null;
  readonly expired: boolean;
  /** ISO 8601 date in UTC; `null`: never. */
  readonly lastUsedOn: string | null;
}

export function describeKey(key: KeyRecord, now: number): DescribedKey {
  return {
    keyId: key.fingerprint.slice(0, 8),
    label: key.label,
    scopes: key.scopes,
    createdAt: new Date(key.createdAt).toISOString(),
    createdBy: key.createdBy,
    expiresAt: key.expiresAt >= NEVER ? null : new Date(key.expiresAt).toISOString(),
    expired: now >= key.expiresAt,
    lastUsedOn: key.lastUsedDay === undefined ? null : dateOf(key.lastUsedDay),
  };
}

interface RotatedKey extends DescribedKey {
  readonly account: string;
  readonly key: string;
  readonly replaces: DescribedKey;
}

interface ImportedKeys {
  readonly target: string;
  /** Nothing was written. */
  readonly dryRun: boolean;
  /** Whether every row is taken over, or left out as it should be. */
  readonly complete: boolean;
  readonly taken: readonly ImportedRow[];
  readonly leftOut: readonly LeftOutRow[];
}

export const keyMessages = {
  keysListed: defineMessage<{ account: string; keys: readonly DescribedKey[] }>(
    'KeysListed',
    'result',
    ({ account, keys }, paint) =>
      keys.length === 0
        ? `account ${paint.bold(account)} has no keys; create one with: ${paint.cyan(`paywall keys create ${account}`)}`
        : table([
            ['key', 'label', 'created', 'last used', 'expires', 'scopes'],
            ...keys.map((key) => [
              key.keyId,
              printable(key.label),
              key.createdAt,
              key.lastUsedOn ?? 'never',
              `${key.expiresAt ?? 'never'}${key.expired ? ' (expired)' : ''}`,
              key.scopes.join(', '),
            ]),
          ]).join('\n'),
  ),
  keyRotated: defineMessage<RotatedKey>('KeyRotated', 'result', ({ key, keyId, replaces }, paint) =>
    [
      `${paint.green('created')} key ${keyId}; it is shown this once:`,
      '',
      `  ${paint.bold(key)}`,
      '',
      `It replaces ${replaces.keyId}, which works until ${replaces.expiresAt ?? 'it is revoked'}.`,
    ].join('\n'),
  ),
  keysImported: defineMessage<ImportedKeys>(
    'KeysImported',
    'result',
    ({ target, dryRun, taken, leftOut }, paint) => {
      const counts = (outcome: string) => taken.filter((row) => row.outcome === outcome).length;
      const created = taken.filter(({ createdAccount }) => createdAccount).length;
      return [
        ...leftOut.map(({ line, name, expected, reason }) => {
          const mark = expected ? paint.dim('left out') : paint.red('refused ');
          return `${mark}  line ${line}${name === '' ? '' : ` (${printable(name)})`}: ${printable(reason)}`;
        }),
        `${dryRun ? 'would be imported' : paint.green('imported')}: ${counts('imported')} keys on ${target}` +
          `${created === 0 ? '' : `, with ${created} new accounts`}; imported before: ${counts('unchanged')}; ` +
          `left out: ${leftOut.length}`,
      ].join('\n');
    },
  ),
  keyRevoked: defineMessage<DescribedKey & { account: string }>(
    'KeyRevoked',
    'result',
    ({ account, keyId }, paint) =>
      `${paint.green('revoked')} key ${keyId} of account ${paint.bold(account)}; it is refused at the latest when the leases taken with it end, after ten seconds by default`,
  ),
} as const;
