import { randomUUID } from 'node:crypto';
import { type Clock } from '../../contract';
import { bagsOf, numberOf, stringOf, stringsOf } from '../../gateway/compile/l1';
import { type Input, type TargetService } from '../service';
import { ServiceError } from '../service-error';
import { parseArn } from '../stack-resources';
import { textMember } from '../text-member';
import { eventTime, type EventBuses } from './event-buses';

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
const MAX_ENTRIES = 10;
const MAX_BYTES = 1_048_576;

/** The last instant that a `Date` can hold. */
const MAX_INSTANT = 8.64e15;

interface Refused {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

const refused = (ErrorCode: string, ErrorMessage: string): Refused => ({ ErrorCode, ErrorMessage });

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html */
function problemOf(entry: Input): Refused | undefined {
  for (const name of ['Source', 'DetailType', 'Detail']) {
    if (textMember(entry, name)) continue;
    const message = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
    return refused('InvalidArgument', message);
  }
  if (stringOf(entry, 'Source')!.startsWith('aws.')) {
    return refused('NotAuthorizedForSourceException', 'Not authorized for the source.');
  }
  if (Math.abs((numberOf(entry, 'Time') ?? 0) * 1000) > MAX_INSTANT) {
    return refused('InvalidArgument', 'Parameter Time is not valid.');
  }
  return detailOf(entry) === undefined ? refused('MalformedDetail', 'Detail is malformed.') : undefined;
}

function detailOf(entry: Input): object | undefined {
  try {
    const detail: unknown = JSON.parse(stringOf(entry, 'Detail') ?? '');
    if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) return undefined;
    // Throws when it is too deep to be written again for the targets; the service takes 1,000 levels.
    JSON.stringify(detail);
    return detail;
  } catch {
    return undefined;
  }
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
function sizeOf(entry: Input): number {
  const texts = ['Source', 'DetailType', 'Detail'].map((name) => stringOf(entry, name) ?? '');
  const bytes = [...texts, ...stringsOf(entry, 'Resources')].map((text) => Buffer.byteLength(text));
  return bytes.reduce((sum, size) => sum + size, entry['Time'] === undefined ? 0 : 14);
}

/**
 * EventBridge, as far as functions send events.
 *
 * @param onLost is told of events for a bus that does not exist: the service takes them, and nobody gets them
 */
export function eventBridge(
  buses: EventBuses,
  clock: Clock,
  onLost: (busName: string) => void,
): TargetService {
  const put = (entry: Input, region: string): object => {
    const name = stringOf(entry, 'EventBusName') ?? 'default';
    const id = randomUUID();
    const busArn = buses.find(name, region);
    if (busArn === undefined) {
      onLost(name);
      return { EventId: id };
    }
    const seconds = numberOf(entry, 'Time');
    buses.put(busArn, {
      version: '0',
      id,
      'detail-type': stringOf(entry, 'DetailType')!,
      source: stringOf(entry, 'Source')!,
      account: parseArn(busArn).accountId,
      time: eventTime(seconds === undefined ? clock.now() : seconds * 1000),
      region: parseArn(busArn).region,
      resources: stringsOf(entry, 'Resources'),
      detail: detailOf(entry),
    });
    return { EventId: id };
  };
  return {
    name: 'events',
    target: 'AWSEvents',
    protocolVersion: '1.1',
    operations: {
      PutEvents: (input, { region }) => {
        const entries = bagsOf(input, 'Entries');
        if (entries.length === 0 || entries.length > MAX_ENTRIES) {
          const bound =
            entries.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${MAX_ENTRIES}`;
          throw new ServiceError(
            'ValidationException',
            `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`,
          );
        }
        if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MAX_BYTES) {
          throw new ServiceError(
            'ValidationException',
            'Total size of the entries in the request is over the limit.',
          );
        }
        // Before the first is put: one that cannot be read fails the call.
        const problems = entries.map(problemOf);
        const Entries = entries.map((entry, i) => problems[i] ?? put(entry, region));
        return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries };
      },
    },
  };
}
