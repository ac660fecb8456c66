import type { ShownConflict } from '../accounts/conflicts';
import type { Standing } from '../accounts/standing';
import { defineMessage, type Paint } from '../message';

/** A key, the only time that it can be seen. */
export interface IssuedKey {
  readonly account: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly label?: string;
  readonly expiresAt: string | null;
  readonly scopes: readonly string[];
}

export const accountMessages = {
  accountCreated: defineMessage<{ target: string; standing: Standing }>(
    'AccountCreated',
    'result',
    ({ target, standing }, paint) =>
      [
        `${paint.green('created')} account ${paint.bold(standing.account)} on ${target}`,
        ...describe(standing, paint),
        `create a key with: ${paint.cyan(`paywall keys create ${standing.account}`)}`,
      ].join('\n'),
  ),
  accountShown: defineMessage<{ target: string; standing: Standing }>(
    'AccountShown',
    'result',
    ({ target, standing }, paint) =>
      [`account ${paint.bold(standing.account)} on ${target}`, ...describe(standing, paint)].join('\n'),
  ),
  accountChanged: defineMessage<{ target: string; changed: boolean; standing: Standing }>(
    'AccountChanged',
    'result',
    ({ target, changed, standing }, paint) =>
      [
        changed
          ? `${paint.green('changed')} account ${paint.bold(standing.account)} on ${target}`
          : `account ${paint.bold(standing.account)} on ${target} was so already; nothing was changed`,
        ...describe(standing, paint),
      ].join('\n'),
  ),
  billingDecides: defineMessage<{ account: string }>(
    'BillingDecides',
    'warning',
    ({ account }, paint) =>
      `${paint.yellow('warning:')} account ${account} has a subscription: its next event sets plan and access again; change them at the payment provider`,
  ),
  accountErased: defineMessage<{ account: string; target: string; items: number }>(
    'AccountErased',
    'result',
    ({ account, target, items }, paint) =>
      `${paint.green('erased')} account ${paint.bold(account)} on ${target}: ${items} items`,
  ),
  conflictsListed: defineMessage<{ target: string; conflicts: readonly ShownConflict[] }>(
    'ConflictsListed',
    'result',
    ({ target, conflicts }, paint) =>
      conflicts.length === 0
        ? `no payment is kept from an account on ${target}`
        : [
            `payments that are kept from accounts on ${target}; look them up at the provider by customer or source`,
            ...conflicts.flatMap((one) => [
              '',
              `account ${paint.bold(one.account ?? 'not named')}: ${paint.yellow(one.conflict)}`,
              `  customer ${one.customer} (${one.provider}), source ${one.source}`,
              `  since ${one.since}, kept until ${one.keptUntil}`,
              `  ${one.hint}`,
            ]),
          ].join('\n'),
  ),
  keyCreated: defineMessage<IssuedKey>('KeyCreated', 'result', (issued, paint) =>
    [
      `${paint.green('created')} a key of account ${paint.bold(issued.account)}; it is shown this once:`,
      '',
      `  ${paint.bold(issued.key)}`,
      '',
      ...(issued.label === undefined ? [] : [`  label    ${issued.label}`]),
      `  expires  ${issued.expiresAt ?? 'never'}`,
      `  scopes   ${issued.scopes.length === 0 ? 'none beyond calling the API' : issued.scopes.join(', ')}`,
    ].join('\n'),
  ),
} as const;

function describe(standing: Standing, paint: Paint): string[] {
  const { credits, quota, keys, now, routesOf } = standing;
  const status = now.status === 200 ? paint.green(String(now.status)) : paint.yellow(String(now.status));
  return [
    `  plan     ${standing.plan ?? 'none'}${standing.suspended ? paint.red(' (suspended)') : ''}`,
    `  access   ${describeAccess(standing)}`,
    ...(routesOf === undefined ? [] : [`  routes   of its plan, and of ${routesOf}`]),
    ...(quota === undefined ? [] : [`  quota    ${describeQuota(quota)}`]),
    ...(credits === undefined ? [] : [`  credits  ${credits} bought units`]),
    `  keys     ${keys.length === 0 ? 'none' : ''}`.trimEnd(),
    ...keys.map(
      (key) =>
        `           ${key.fingerprint.slice(0, 12)}  expires ${key.expiresAt ?? 'never'}${key.scopes.length === 0 ? '' : `  ${key.scopes.join(', ')}`}`,
    ),
    `  now      ${status} ${now.problem?.reason ?? ''}`.trimEnd() + `: ${now.summary}`,
    ...(now.problem?.actionUrl ? [`           ${now.problem.action}: ${now.problem.actionUrl}`] : []),
  ];
}

/** An account that never had access shows no date: 1970 would puzzle. */
function describeAccess({ accessUntil, lapseReason }: Standing): string {
  if (accessUntil === null) return 'does not end';
  return Date.parse(accessUntil) <= 0 ? `none: ${lapseReason}` : `until ${accessUntil}, then ${lapseReason}`;
}

function describeQuota(quota: NonNullable<Standing['quota']>): string {
  const beyond = [
    ...(quota.ownLimit ? ['a limit of its own'] : []),
    ...(quota.overage === undefined ? [] : [`${quota.overage} units beyond it`]),
  ];
  const period =
    quota.periodEnd === undefined
      ? `${quota.limit} units in each period; the next request opens one`
      : `${quota.remaining} of ${quota.limit} units left until ${quota.periodEnd}`;
  return [period, ...beyond].join('; ');
}
