import { Stack } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import { DEFAULT_BILLING_TERMS } from '../domain/billing/terms';
import type { BillingWebhookProps } from './billing-webhook-props';
import { ReversalPolicy } from './reversal-policy';

export interface RenderedResources {
  readonly eventBus: events.IEventBus;
  readonly failedEvents: sqs.IQueue;
  readonly linkSecrets: readonly secretsmanager.ISecret[];
}

/** What the function reads from its environment: names of things, never their contents. */
export function renderSettings(
  scope: IConstruct,
  { paywall, stripe, standard, renewalSlack }: BillingWebhookProps,
  { eventBus, failedEvents, linkSecrets }: RenderedResources,
): string {
  const reversals = stripe?.apiKey ? ReversalPolicy.LAPSE : ReversalPolicy.IGNORE;
  return Stack.of(scope).toJsonString({
    tableName: paywall.accountTable.tableName,
    eventBusName: eventBus.eventBusName,
    queueUrl: failedEvents.queueUrl,
    terms: {
      renewalSlackMs: renewalSlack?.toMilliseconds() ?? DEFAULT_BILLING_TERMS.renewalSlackMs,
      refunds: stripe?.refunds ?? reversals,
      disputes: stripe?.disputes ?? reversals,
      voidedInvoices: stripe?.voidedInvoices ?? DEFAULT_BILLING_TERMS.voidedInvoices,
    },
    ...(stripe && {
      stripe: {
        signingSecrets: arns(stripe.signingSecrets),
        linkSecrets: arns(linkSecrets),
        ...(stripe.apiKey && { apiKey: stripe.apiKey.secretArn }),
        testMode: stripe.testMode ?? false,
      },
    }),
    ...(standard && { standard: { signingSecrets: arns(standard.signingSecrets) } }),
  });
}

function arns(secrets: readonly secretsmanager.ISecret[]): string[] {
  return secrets.map(({ secretArn }) => secretArn);
}
