import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { Catalogue } from '../../lib/domain/catalogue';
import { safeText } from '../../lib/domain/problem';
import type { AccountStore } from '../store/account-store';
import { AccountMemories } from './account-memory';
import { Admission, type Verdict } from './admission';
import { credentialOf } from './credential';
import { decisionLine } from './decision-log';
import { authorizerResponse, keyId, Unauthorized } from './response';
import type { Settings } from './settings';

export type AuthorizerHandler = (
  event: APIGatewayRequestAuthorizerEvent,
) => Promise<APIGatewayAuthorizerResult>;

export interface HandlerPorts {
  readonly store: AccountStore;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Receives one line of JSON per decision. */
  readonly log: (line: string) => void;
}

/** One handler per function environment: what it remembers lives as long as the environment. */
export function createHandler(settings: Settings, ports: HandlerPorts): AuthorizerHandler {
  const { clock } = ports;
  const catalogue = new Catalogue(settings.catalogue);
  const admission = new Admission(ports.store, catalogue, new AccountMemories(), settings.admission, clock);

  return async (event) => {
    const startedAt = clock();
    const credential = credentialOf(event, settings.credentialSource, settings.catalogue.keyPrefix);
    const log = (verdict: Verdict | undefined): void =>
      ports.log(
        decisionLine(
          {
            requestId: event.requestContext.requestId,
            functionName: settings.functionName,
            route: `${event.httpMethod} ${event.resource}`,
            account: safeText(credential?.accountId ?? ''),
            keyId: keyId(credential?.fingerprint),
            durationMs: clock() - startedAt,
            timestamp: startedAt,
          },
          verdict,
        ),
      );
    if (credential === undefined) {
      log(undefined);
      throw new Unauthorized();
    }
    const verdict = await admission.admit(credential, catalogue.requirement(event));
    log(verdict);
    return authorizerResponse(verdict, credential, event.methodArn, settings.catalogue, settings.usageKeys);
  };
}
