import { defineMessage, type Paint } from '../message';

interface Comparison {
  readonly target: string;
  readonly dryRun: boolean;
  /** Keys of the provisioner. */
  readonly keys: number;
  readonly accounts: number;
  readonly unsettled: readonly string[];
  readonly vanished: readonly string[];
  readonly orphans: readonly string[];
}

/** Names that a line shows; `--json` has them all. */
const SHOWN = 10;

export const usageKeyMessages = {
  usageKeysCompared: defineMessage<Comparison>('UsageKeysCompared', 'result', describe),
  provisionerNotTold: defineMessage<{ accounts: readonly string[]; cause: string }>(
    'ProvisionerNotTold',
    'warning',
    ({ accounts, cause }, paint) =>
      `${paint.yellow('warning')}: the provisioner of API Gateway keys could not be told of ${listed(accounts)}: ${cause}\n` +
      `make up for it with: ${paint.cyan('paywall usage-keys repair')}`,
  ),
} as const;

function describe(found: Comparison, paint: Paint): string {
  const { target, dryRun, keys, accounts, unsettled, vanished, orphans } = found;
  const looked = `${accounts} accounts and ${keys} API Gateway keys of ${target}`;
  const lines = [
    line('unsettled', unsettled, dryRun ? 'wait for the provisioner' : 'sent to the provisioner'),
    line('vanished', vanished, dryRun ? 'have lost their key' : 'get another key'),
    line('orphans', orphans, dryRun ? 'belong to nobody' : 'deleted'),
  ].flat();
  if (lines.length === 0) return `${paint.green('in order')}: ${looked}`;
  const title = dryRun ? paint.yellow('not in order') : paint.green('repaired');
  return [`${title}: ${looked}`, ...lines].join('\n');
}

function line(kind: string, names: readonly string[], outcome: string): string[] {
  return names.length === 0 ? [] : [`  ${kind.padEnd(10)} ${names.length} ${outcome}: ${listed(names)}`];
}

function listed(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return names.slice(0, SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
