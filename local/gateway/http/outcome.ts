import { type Readable } from 'node:stream';
import { type GatewayResponseType } from '../response/gateway-response-types';

/** What leaves the gateway: header names and values alternate, as `ServerResponse.writeHead` takes them. */
export interface Reply {
  readonly kind: 'reply';
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string | Uint8Array | Readable;
  /** Gateway response type when the gateway itself answered, else `INTEGRATION`. */
  readonly lane: string;
  /** Sent without the service's own headers. */
  readonly isBare?: boolean;
}

/** The gateway declines; the API's gateway responses say how that looks. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly type: GatewayResponseType;
  /** `$context.error.message`; null renders as `null` in the default template (AG §2.2). */
  readonly message: string | null;
  /** Status by cause, where one type covers several (INTEGRATION_FAILURE); a configured status wins. */
  readonly status?: number;
  /** `$context.error.validationErrorString` */
  readonly validationError?: string;
  /** Why, for the developer; never sent. AWS writes it to the execution log. */
  readonly detail?: string;
}

export type Outcome = Reply | Refusal;

export function refuse(
  type: GatewayResponseType,
  message: string | null,
  more: Pick<Refusal, 'status' | 'validationError' | 'detail'> = {},
): Refusal {
  return { kind: 'refusal', type, message, ...more };
}

/** The answer to everything that is wrong on the way to the backend or back (AG §2, INTEGRATION_FAILURE). */
export function integrationFailure(
  status: 500 | 502 | 504,
  detail: string,
  message = 'Internal server error',
): Refusal {
  return refuse('INTEGRATION_FAILURE', message, { status, detail });
}
