import { defineMessage } from '../message';

interface AddedCredits {
  readonly target: string;
  readonly account: string;
  readonly id: string;
  readonly units: number;
  /** False: the id had added its units before. */
  readonly added: boolean;
  /** What the account holds now. */
  readonly credits: number;
}

export const creditMessages = {
  creditsAdded: defineMessage<AddedCredits>(
    'CreditsAdded',
    'result',
    ({ target, account, id, units, added, credits }, paint) =>
      [
        added
          ? `${paint.green('added')} ${units} units to account ${paint.bold(account)} on ${target} (${id})`
          : `${id} has added its ${units} units to account ${paint.bold(account)} before: nothing was added`,
        `  credits  ${credits} bought units, spent when nothing remains of the period`,
      ].join('\n'),
  ),
} as const;
