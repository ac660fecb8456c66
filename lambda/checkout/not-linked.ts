import { CONFLICT_ADVICE } from '../../lib/domain/billing/link-conflict';
import { HttpProblem } from '../http/http';
import type { Settlement } from './settlement';

export type Unsettled = Exclude<Settlement, { kind: 'applied' }>;

/** Who has paid, for what: by these the seller finds the payment at Stripe. */
export interface PaidSession {
  readonly account: string;
  readonly session: string;
}

const ADVICE: Readonly<Record<Exclude<Unsettled['kind'], 'conflict'>, string>> = {
  'not-ours':
    'no link secret that is believed has signed the session, or it is of the other mode; list the secret among linkSecrets again and open the address once more, or cancel and refund the subscription',
  'no-such-account': CONFLICT_ADVICE.no_such_account,
  parked: 'open the address once more',
};

/** A payment that did not reach its account: a person has to look, and nothing more may be sold until then. */
export class NotLinked extends HttpProblem {
  readonly told: PaidSession & { readonly cause: string; readonly hint: string };

  constructor(paid: PaidSession, settled: Unsettled) {
    super(
      409,
      'Not linked',
      `the payment could not be linked to the account ${paid.account}; contact the seller, who sees it in the log`,
    );
    const conflict = settled.kind === 'conflict' ? settled.conflict : undefined;
    this.told = {
      ...paid,
      cause: conflict ?? settled.kind.replaceAll('-', '_'),
      hint: settled.kind === 'conflict' ? CONFLICT_ADVICE[settled.conflict] : ADVICE[settled.kind],
    };
  }
}
