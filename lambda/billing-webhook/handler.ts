import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { CONFLICT_ADVICE } from '../../lib/domain/billing/link-conflict';
import { WebhookRefused, type StripeReceipt } from '../billing';
import { StoreFault } from '../store/dynamodb-client';
import { failed, received, refused } from './answer';
import type { FailedEvents } from './failed-events';
import { WrongMode, type OpenedEvent, type Provider } from './provider';
import { webhookLine, type WebhookEntry, type WebhookOutcome } from './webhook-log';

export interface WebhookPorts {
  readonly providers: readonly Provider[];
  readonly failed: FailedEvents;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Receives one line per event. */
  readonly log: (line: string) => void;
  readonly functionName: string;
}

type Told = Pick<WebhookEntry, 'eventId' | 'eventType' | 'account' | 'cause' | 'hint' | 'unpublished'>;

/**
 * Events of payment providers, over HTTP. 2xx means: stored and projected, the account's next request sees it.
 * Everything else makes the provider deliver again.
 */
export class BillingWebhookHandler {
  constructor(private readonly ports: WebhookPorts) {}

  readonly handle = async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const { providers, clock, log, functionName } = this.ports;
    const receivedAt = clock();
    const { requestId } = event.requestContext;
    const provider = providers.find(({ name }) => event.resource.endsWith(`/${name}`));
    if (!provider) return refused(404, 'no_such_provider', `${event.resource} takes no events`);
    const tell = (outcome: WebhookOutcome, told: Told): void =>
      log(
        webhookLine(
          outcome,
          { provider: provider.name, ...told, requestId, durationMs: clock() - receivedAt },
          functionName,
          receivedAt,
        ),
      );

    let opened: OpenedEvent;
    try {
      opened = await provider.open(event, receivedAt);
    } catch (error) {
      return this.notOpened(error, tell);
    }
    const named = { eventId: opened.id, eventType: opened.type };
    try {
      const receipt = await this.apply(provider, opened.content);
      return await this.applied(provider, opened, receipt, receivedAt, (outcome, told) =>
        tell(outcome, { ...named, ...told }),
      );
    } catch (error) {
      if (error instanceof WebhookRefused) {
        tell('refused', { ...named, cause: `${error.code}: ${error.message}` });
        return refused(error.statusCode, error.code, error.message);
      }
      const cause = await this.keep(provider, opened, String(error), receivedAt);
      tell('fault', { ...named, cause });
      return failed();
    }
  };

  /**
   * An event may be applied any number of times. So a write whose answer was lost is repeated here: the provider's next
   * delivery can be an hour away, and the payer is refused until then.
   */
  private async apply(provider: Provider, content: OpenedEvent['content']): Promise<StripeReceipt> {
    try {
      return await provider.apply(content);
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error;
      return provider.apply(content);
    }
  }

  private notOpened(
    error: unknown,
    tell: (outcome: WebhookOutcome, told: Told) => void,
  ): APIGatewayProxyResult {
    if (error instanceof WebhookRefused) {
      tell('refused', {
        cause: `${error.code}: ${error.message}`,
        ...(error.hint !== undefined && { hint: error.hint }),
      });
      return refused(error.statusCode, error.code, error.message);
    }
    if (error instanceof WrongMode) {
      tell('refused', { cause: `wrong_mode: ${error.message}` });
      return refused(400, 'wrong_mode', error.message);
    }
    // Nobody knows whose event this is: it is not kept, or strangers could fill the queue.
    tell('fault', { cause: String(error) });
    return failed();
  }

  private async applied(
    provider: Provider,
    opened: OpenedEvent,
    receipt: StripeReceipt,
    receivedAt: number,
    tell: (outcome: WebhookOutcome, told: Told) => void,
  ): Promise<APIGatewayProxyResult> {
    switch (receipt.kind) {
      case 'applied':
        tell('applied', {
          account: receipt.account,
          ...(receipt.unpublished && { unpublished: String(receipt.unpublished) }),
        });
        break;
      case 'ignored':
        tell('ignored', { cause: receipt.reason });
        break;
      case 'conflict':
        tell('conflict', {
          account: receipt.account,
          cause: receipt.conflict,
          hint: CONFLICT_ADVICE[receipt.conflict],
        });
        break;
      case 'no-such-account': {
        // Delivering again does not make the account; what was paid for it must not be lost from sight.
        const cause = `there is no account ${receipt.account}`;
        await this.ports.failed.keep(failedEvent(provider, opened, cause, receivedAt));
        tell('no-such-account', { account: receipt.account, cause });
        break;
      }
      case 'parked':
        tell('parked', {});
    }
    return received(receipt.kind);
  }

  /** @returns what has gone wrong, including that it could not be kept */
  private async keep(
    provider: Provider,
    opened: OpenedEvent,
    cause: string,
    receivedAt: number,
  ): Promise<string> {
    try {
      await this.ports.failed.keep(failedEvent(provider, opened, cause, receivedAt));
      return cause;
    } catch (error) {
      return `${cause}; not kept in the dead-letter queue either: ${String(error)}`;
    }
  }
}

function failedEvent({ name }: Provider, { id, type, content }: OpenedEvent, error: string, at: number) {
  return { provider: name, id, type, receivedAt: new Date(at).toISOString(), error, content };
}
