import { randomUUID } from 'node:crypto';
import { type FunctionInvoker, type InvokeResult } from '../../contract';
import { type Agenda } from '../agenda';
import { type QueueRegistry } from '../queues/queue-registry';
import { type AsyncSettings } from './async-settings';

interface Attempt {
  readonly arn: string;
  readonly event: string;
  readonly requestId: string;
  readonly since: number;
  readonly settings: AsyncSettings;
  /** Invocations so far. */
  failures: number;
  throttles: number;
}

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
const RETRY_DELAYS_MS = [60_000, 120_000];
const FIRST_THROTTLE_DELAY_MS = 1_000;
const MAX_THROTTLE_DELAY_MS = 300_000;

/** What a caller is told of an invocation that failed. */
export function errorOf(result: Exclude<InvokeResult, { kind: 'success' }>): object {
  switch (result.kind) {
    case 'function-error': {
      const { errorType, errorMessage, stackTrace } = result;
      return { errorType, errorMessage, trace: stackTrace };
    }
    case 'timeout':
      return {
        errorType: 'Sandbox.Timedout',
        errorMessage: `Task timed out after ${(result.timeoutMs / 1000).toFixed(2)} seconds`,
      };
    case 'crash':
      return { errorType: 'Runtime.ExitError', errorMessage: result.errorMessage };
    case 'throttled':
      return { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' };
  }
}

/**
 * Invokes functions with events that nobody waits for: failures are tried again, after that the event goes to the
 * dead-letter queue or the destination for failures.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
 */
export class AsyncInvoker {
  constructor(
    private readonly functions: FunctionInvoker,
    private readonly queues: QueueRegistry,
    private readonly agenda: Agenda,
    private readonly settingsOf: (arn: string) => AsyncSettings,
  ) {}

  has(arn: string): boolean {
    return this.functions.has(arn);
  }

  invoke(arn: string, event: string): void {
    const settings = this.settingsOf(arn);
    const since = this.agenda.clock.now();
    void this.run({ arn, event, requestId: randomUUID(), since, settings, failures: 0, throttles: 0 });
  }

  private async run(attempt: Attempt): Promise<void> {
    const { arn, event, settings, since } = attempt;
    const result = await this.functions.invoke(arn, event);
    if (result.kind === 'success') return;
    const delayMs = this.nextDelay(attempt, result.kind === 'throttled');
    const next = this.agenda.clock.now() + (delayMs ?? 0);
    if (delayMs === undefined) this.giveUp(attempt, 'RetriesExhausted', errorOf(result));
    else if (next - since > settings.maxAgeMs) this.giveUp(attempt, 'EventAgeExceeded', errorOf(result));
    else this.agenda.at(next, () => void this.run(attempt));
  }

  /** Throttles cost no attempt. */
  private nextDelay(attempt: Attempt, throttled: boolean): number | undefined {
    if (throttled) return Math.min(FIRST_THROTTLE_DELAY_MS * 2 ** attempt.throttles++, MAX_THROTTLE_DELAY_MS);
    attempt.failures++;
    return attempt.failures > attempt.settings.maxRetries ? undefined : RETRY_DELAYS_MS[attempt.failures - 1];
  }

  private giveUp(attempt: Attempt, condition: string, error: object): void {
    const { arn, event, requestId, settings, failures } = attempt;
    const deadLetters = settings.deadLetterArn && this.queues.byArn(settings.deadLetterArn);
    if (deadLetters) {
      const { errorMessage } = error as { errorMessage?: string };
      deadLetters.send({
        body: event,
        attributes: {
          RequestID: { DataType: 'String', StringValue: requestId },
          ErrorCode: { DataType: 'Number', StringValue: '200' },
          ErrorMessage: { DataType: 'String', StringValue: errorMessage || 'Unhandled' },
        },
      });
    }
    const destination = settings.onFailureArn && this.queues.byArn(settings.onFailureArn);
    if (!destination) return;
    const record = {
      version: '1.0',
      timestamp: new Date(this.agenda.clock.now()).toISOString(),
      requestContext: {
        requestId,
        functionArn: `${arn}:$LATEST`,
        condition,
        approximateInvokeCount: failures,
      },
      requestPayload: JSON.parse(event) as unknown,
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: error,
    };
    destination.send({ body: JSON.stringify(record), attributes: {} });
  }
}
