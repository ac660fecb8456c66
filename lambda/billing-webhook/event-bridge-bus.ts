import { NEVER } from '../../lib/domain/account';
import { EVENT_SOURCE } from '../../lib/domain/billing/account-events';
import type { AccountEvent } from '../billing/billing-table';
import type { EventBus } from '../billing/outbox';
import type { AwsJsonClient } from './aws-json-client';

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const MAX_ENTRIES = 10;

/** Changes of an account's state, as `detail` of events on an EventBridge bus; `detail-type` is the type. */
export class EventBridgeBus implements EventBus {
  constructor(
    private readonly client: Pick<AwsJsonClient, 'send'>,
    private readonly busName: string,
  ) {}

  async publish(events: readonly AccountEvent[]): Promise<void> {
    for (let first = 0; first < events.length; first += MAX_ENTRIES) {
      await this.put(events.slice(first, first + MAX_ENTRIES));
    }
  }

  private async put(events: readonly AccountEvent[]): Promise<void> {
    const { FailedEntryCount = 0, Entries = [] } = await this.client.send<PutEventsAnswer>('PutEvents', {
      Entries: events.map((event) => ({
        EventBusName: this.busName,
        Source: EVENT_SOURCE,
        DetailType: event.type,
        Time: Math.floor(event.at / 1000),
        Resources: [],
        Detail: JSON.stringify(detailOf(event)),
      })),
    });
    if (FailedEntryCount === 0) return;
    const code = Entries.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorCode ?? 'unknown';
    throw new Error(`the event bus refused ${FailedEntryCount} of ${events.length} events: ${code}`);
  }
}

interface PutEventsAnswer {
  readonly FailedEntryCount?: number;
  readonly Entries?: readonly { readonly ErrorCode?: string }[];
}

/** The public schema, `AccountEventDetail` of the library: instants as ISO 8601, none for access that does not end. */
export function detailOf({ at, accessUntil, type: _type, ...event }: AccountEvent): object {
  return {
    ...event,
    at: new Date(at).toISOString(),
    ...(accessUntil < NEVER && { accessUntil: new Date(accessUntil).toISOString() }),
  };
}
