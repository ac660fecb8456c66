import { AwsJsonClient } from '../../lambda/billing-webhook/aws-json-client';
import { SecretsManager } from '../../lambda/billing-webhook/secret-cache';
import type { IdentityRules } from '../../lib/domain/token-issuer';
import type { AuthorizerFunction } from '../deployment/deployment';
import { errors } from '../errors';

/**
 * The secret with which the authorizer recognises imported keys.
 *
 * @throws CliError `ImportNotEnabled` or `PepperUnreadable`
 */
export async function readPepper(authorizer: AuthorizerFunction): Promise<string> {
  const { IDENTITIES } = authorizer.environment;
  const rules = IDENTITIES ? (JSON.parse(IDENTITIES) as IdentityRules) : undefined;
  if (!rules?.importedKeys) throw errors.importNotEnabled(authorizer.logicalId);
  const { pepperSecret } = rules.importedKeys;
  const credentials = await authorizer.database.credentials();
  const client = new AwsJsonClient({
    service: 'secretsmanager',
    target: 'secretsmanager',
    protocolVersion: '1.1',
    region: authorizer.database.region,
    endpoint: authorizer.secretsEndpoint,
    credentials: () => credentials,
  });
  try {
    return await new SecretsManager(client).fetch(pepperSecret);
  } catch (error) {
    throw errors.pepperUnreadable(pepperSecret, error);
  } finally {
    client.close();
  }
}
