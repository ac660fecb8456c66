import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { CredentialSource } from '../authorizer/credential-source';
import { renderProperties } from '../authorizer/render-properties';

const MAPPING = 'integration.request.header.';

interface Integration {
  readonly Type?: string;
  readonly RequestParameters?: Readonly<Record<string, string>>;
}

/**
 * An `HTTP_PROXY` integration passes the caller's headers on (AG §7.2): the backend would see keys that it has no use
 * for. A header cannot be taken out, so it is overwritten; one that the user maps is left alone.
 */
export function withholdCredential(method: apigateway.CfnMethod, source: CredentialSource): void {
  const integration = renderProperties(method).Integration as Integration | undefined;
  if (integration?.Type !== 'HTTP_PROXY') return;
  const mapped = Object.keys(integration.RequestParameters ?? {}).map((name) => name.toLowerCase());
  for (const header of source.headers) {
    const name = `${MAPPING}${header}`;
    if (mapped.includes(name.toLowerCase())) continue;
    method.addPropertyOverride(`Integration.RequestParameters.${name.replaceAll('.', '\\.')}`, "'withheld'");
  }
}
