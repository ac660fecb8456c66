import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { Catalogue, type RouteRequirement } from '../../lib/domain/catalogue';
import type { Credential } from '../../lib/domain/decision';
import { actionFor, safeText } from '../../lib/domain/problem';
import type { AccountStore } from '../store/account-store';
import type { ImportedKeys } from '../store/imported-keys';
import { AccountMemories } from './account-memory';
import { Admission, type Verdict } from './admission';
import { createIdentity, type Identification } from './identity';
import { decisionLines } from './decision-log';
import { methodResources, stageResource } from './policy-resource';
import type * as payLinksModule from './pay-link/pay-links';
import { quotaContexts } from './quota-context';
import { authorizerResponse, keyId, type ResponseTerms } from './response';
import type { Settings } from './settings';
import { accountUsageKeyOrPool, countingUsageKey } from './usage-keys';

const NOBODY: Credential = { accountId: '' };

export type AuthorizerHandler = (
  event: APIGatewayRequestAuthorizerEvent,
) => Promise<APIGatewayAuthorizerResult>;

export interface HandlerPorts {
  readonly store: AccountStore;
  readonly importedKeys: ImportedKeys;
  /** Environment of the function. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Receives one line of JSON per decision. */
  readonly log: (line: string) => void;
}

/** One handler per function environment: what it remembers lives as long as the environment. */
export function createHandler(settings: Settings, ports: HandlerPorts): AuthorizerHandler {
  const { clock } = ports;
  const catalogue = new Catalogue(settings.catalogue);
  const countsByUsagePlan = settings.catalogue.quotaEnforcement === 'usage-plan';
  const admission = new Admission(ports.store, catalogue, new AccountMemories(), settings.admission, clock);

  const lineOf = decisionLines(settings.functionName);
  const identify = createIdentity(
    settings.identities,
    settings.catalogue.keyPrefix,
    settings.credentialSource,
    ports,
  );

  const terms: ResponseTerms = {
    catalogue,
    quotaOf: quotaContexts(catalogue),
    usageKeyOf: (accountId, account, route) =>
      countsByUsagePlan
        ? countingUsageKey(accountId, account, route, settings.usageKeys)
        : accountUsageKeyOrPool(accountId, account, settings.usageKeys),
    keysRequired: settings.usageKeys.required,
  };

  let payLinks: payLinksModule.PayLinks | undefined;
  const loadPayLinks = (to: payLinksModule.PayLinkSettings): payLinksModule.PayLinks => {
    // Not an import: whoever is let in should not wait for what the first refusal needs.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const module = require('./pay-link/pay-links') as typeof payLinksModule;
    return module.createPayLinks(to, ports.env, ports);
  };
  const payLink = (
    event: APIGatewayRequestAuthorizerEvent,
    verdict: Verdict,
    account: string,
  ): Promise<string> | string => {
    if (settings.payLinks === undefined) return '';
    if (verdict.kind !== 'refuse' || verdict.refusal.kind !== 'payment-required') return '';
    const action = actionFor(verdict.refusal);
    if (action === 'contact_seller' || settings.catalogue.actionUrls[action] !== undefined) return '';
    payLinks ??= loadPayLinks(settings.payLinks);
    return payLinks.linkFor(event, { account, action, plan: verdict.refusal.suggestedPlan });
  };

  const judge = (caller: Identification, route: RouteRequirement): Promise<Verdict> | Verdict =>
    caller.kind === 'identified' ? admission.admit(caller.credential, route) : unidentified(caller);

  return async (event) => {
    const startedAt = clock();
    const route = catalogue.requirement(event);
    let caller = await identify(event);
    let verdict = await judge(caller, route);
    if (caller.kind === 'identified' && caller.askAgain && isUnauthorized(verdict)) {
      // Memory may say yes, only a fresh read may say no: the key may have been given to another account.
      caller = await caller.askAgain();
      verdict = await judge(caller, route);
    }
    const credential = caller.kind === 'identified' ? caller.credential : NOBODY;
    ports.log(
      lineOf(
        {
          requestId: event.requestContext.requestId,
          route: `${event.httpMethod} ${event.resource}`,
          account: safeText(credential.accountId),
          keyId: keyId(credential.fingerprint),
          durationMs: clock() - startedAt,
          timestamp: startedAt,
        },
        verdict,
      ),
    );
    const resource = settings.resultsCached ? methodResources(event) : stageResource(event.methodArn);
    const link = await payLink(event, verdict, credential.accountId);
    return authorizerResponse(verdict, { credential, route, resource, payLink: link }, terms);
  };
}

function isUnauthorized(verdict: Verdict): boolean {
  return verdict.kind === 'refuse' && verdict.refusal.kind === 'unauthorized';
}

function unidentified(caller: Exclude<Identification, { kind: 'identified' }>): Verdict {
  if (caller.kind === 'unavailable') return { ...caller, path: 'credential' };
  return { kind: 'refuse', refusal: caller, plan: undefined, path: 'credential' };
}
