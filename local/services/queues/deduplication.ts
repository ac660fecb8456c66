import { createHash } from 'node:crypto';

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
const INTERVAL_MS = 5 * 60_000;

export interface Accepted {
  readonly messageId: string;
  readonly sequenceNumber: string;
}

/** What a FIFO queue has accepted within the deduplication interval. */
export class Deduplication {
  private readonly accepted = new Map<string, Accepted & { readonly until: number }>();

  /** @param now milliseconds since the epoch */
  find(id: string, now: number): Accepted | undefined {
    const known = this.accepted.get(id);
    return known && known.until > now ? known : undefined;
  }

  add(id: string, message: Accepted, now: number): void {
    for (const [old, { until }] of this.accepted) {
      // Oldest first: nothing behind the first live one has ended.
      if (until > now) break;
      this.accepted.delete(old);
    }
    this.accepted.delete(id);
    this.accepted.set(id, { ...message, until: now + INTERVAL_MS });
  }
}

export function contentDigest(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
