import { CliError, errors } from '../errors';

/** Names under which the services say that the credentials themselves are at fault. */
const REFUSED = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

/** Turns what the AWS SDK throws into an error of ours; our own pass through. */
export function translateAwsError(service: string, error: unknown): CliError {
  if (error instanceof CliError) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === 'CredentialsProviderError') return errors.noCredentials(error);
  if (REFUSED.has(name)) return errors.credentialsRefused(message, error);
  return errors.awsUnreachable(service, message === '' ? name : message, error);
}
