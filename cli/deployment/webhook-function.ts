import { errors } from '../errors';
import { markOf, type Deployment } from './deployment';

/** What the constructs write into the metadata of the function that takes events of payment providers. */
export interface WebhookMetadata {
  readonly role: 'billing-webhook';
  /** Logical id of the REST API that serves the routes. */
  readonly api: string;
  /** Path below the stage by provider: `stripe`, `events`. */
  readonly paths: Readonly<Record<string, string>>;
}

/** Services of AWS that the commands of the webhook call, by the names of `AWS_ENDPOINT_URL_<SERVICE>`. */
export type WebhookService = 'lambda' | 'secrets_manager' | 'sqs';

/** The function that takes events of payment providers, and how it and what it uses can be reached. */
export interface WebhookFunction {
  readonly logicalId: string;
  /** Name or ARN by which it is invoked. */
  readonly functionName: string;
  readonly metadata: WebhookMetadata;
  readonly environment: Readonly<Record<string, string>>;
  readonly region: string;
  /** Absent: the endpoint of the Region. */
  endpoint(service: WebhookService): string | undefined;
  credentials(): Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;
}

/** The mark of the function; `undefined` for any other metadata. */
export function webhookMetadata(metadata: unknown): WebhookMetadata | undefined {
  const mark = markOf<WebhookMetadata>(metadata);
  return mark?.role === 'billing-webhook' && mark.api !== undefined && mark.paths !== undefined
    ? { role: mark.role, api: mark.api, paths: mark.paths }
    : undefined;
}

/**
 * The function that was named, or the only one there is.
 *
 * @throws CliError `NoWebhook`, `SeveralWebhooks` or `UnknownWebhook`
 */
export async function chooseWebhook(
  deployment: Deployment,
  wanted: string | undefined,
): Promise<WebhookFunction> {
  const ids = await deployment.webhookIds();
  if (ids.length === 0) throw errors.noWebhook(deployment.description);
  if (wanted !== undefined && !ids.includes(wanted)) throw errors.unknownWebhook(wanted, ids);
  if (wanted === undefined && ids.length > 1) throw errors.severalWebhooks(deployment.description, ids);
  return await deployment.webhook(wanted ?? ids[0]!);
}
