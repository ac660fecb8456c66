import type { Fact, InvoiceOutcome } from '../../../lib/domain/billing/fact';
import { instant, list, must, numeric, object, reference, text, type Json } from '../json';

type InvoiceFact = Extract<Fact, { kind: 'invoice' }>;

interface Period {
  readonly start: number;
  readonly end: number;
}

/** @returns `undefined` for an invoice that is for no period of a subscription: a fee, a single purchase */
export function invoiceFact(invoice: Json, outcome: InvoiceOutcome): InvoiceFact | undefined {
  const subscription = subscriptionOf(invoice);
  const period = periodOf(invoice);
  if (subscription === undefined || period === undefined) return undefined;
  return { kind: 'invoice', subscription, invoice: must(text(invoice.id), 'invoice.id'), outcome, ...period };
}

/** What the status of an invoice says; nothing while it is a draft, void, or not yet charged. */
export function settledInvoiceFact(invoice: Json): InvoiceFact | undefined {
  if (invoice.status === 'paid') return invoiceFact(invoice, 'paid');
  const failed = invoice.status === 'open' && invoice.attempted === true;
  return failed ? invoiceFact(invoice, 'failed') : undefined;
}

/**
 * Since API version 2025-03-31 the subscription is the invoice's parent, before that a member of its own.
 *
 * @see https://docs.stripe.com/changelog/basil/2025-03-31/adds-new-parent-field-to-invoicing-objects
 */
function subscriptionOf(invoice: Json): string | undefined {
  const parent = object(object(invoice.parent)?.subscription_details);
  return reference(invoice.subscription) ?? reference(parent?.subscription);
}

/**
 * The period that the invoice is for: that of the line which starts last, and of those the one which ends first.
 * Credits for unused time count for nothing; neither do fees, whose period has no length.
 */
function periodOf(invoice: Json): Period | undefined {
  const created = instant(invoice.created) ?? Infinity;
  const periods = list(invoice.lines)
    .filter((line) => (numeric(line.amount) ?? 0) >= 0)
    .flatMap((line) => {
      const start = instant(object(line.period)?.start);
      const end = instant(object(line.period)?.end);
      return start === undefined || end === undefined || end <= start ? [] : [{ start, end }];
    });
  const inAdvance = periods.filter(({ end }) => end > created);
  // Metered use is charged for the period before: it pays for as long again.
  const inArrears = periods
    .filter(({ end }) => end <= created)
    .map(({ start, end }) => ({ start: end, end: 2 * end - start }));
  const candidates = inAdvance.length > 0 ? inAdvance : inArrears;
  return candidates.sort((a, b) => b.start - a.start || a.end - b.end)[0];
}
