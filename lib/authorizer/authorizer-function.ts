import { Duration, Lazy, Stack, Tokenization, type CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { IAccountTable } from '../account-table/i-account-table';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { BundledFunction } from '../bundle/bundled-function';
import { CatalogueCode } from '../bundle/catalogue-code';
import { functionBundle } from '../bundle/function-bundle';
import { METADATA_KEY } from '../bundle/metadata-key';
import type { CatalogueBuilder } from '../catalogue/catalogue-builder';
import { CredentialSource } from './credential-source';
import { DEFAULT_LEASE_DURATION } from './memory';
import { OutagePolicy } from './outage-policy';
import { renderIdentities } from './render-identities';
import type { AuthorizerOptions } from './subscription-authorizer-props';
import { DEFAULT_POOL_KEYS } from './validate-authorizer';

export interface AuthorizerFunctionProps extends AuthorizerOptions {
  readonly accountTable: IAccountTable;
  readonly catalogue: CatalogueBuilder;
  readonly usageKeyScope: string;
  /** Of imported keys; absent: they are not accepted. */
  readonly pepper?: secretsmanager.ISecret;
  /** `true` when every method behind the authorizer requires an API key. */
  readonly keysRequired: string;
}

/** The authorizer's function: its code with the catalogue beside it, and its part of the table. */
export class AuthorizerFunction extends BundledFunction {
  private readonly code: CatalogueCode;

  constructor(scope: Construct, id: string, props: AuthorizerFunctionProps) {
    const code = new CatalogueCode(functionBundle('authorizer', `${scope.node.path}/${id}`), props.catalogue);
    super(scope, id, {
      bundle: 'authorizer',
      description: 'Decides who may call, who has to pay and why',
      code,
      // Processor share grows with memory, and a cold start is what callers feel.
      memorySize: 512,
      timeout: Duration.seconds(5),
      logRetention: props.logRetention,
      environment: { ...environmentOf(props), ...identitiesOf(scope, props) },
    });
    this.code = code;
    props.accountTable.grantAuthorize(this.role);
    if (props.pepper) {
      props.accountTable.grantReadImportedKeys(this.role);
      props.pepper.grantRead(this.role);
    }
    const resource = this.handler.node.defaultChild as CfnResource;
    resource.addMetadata(METADATA_KEY, {
      role: 'authorizer',
      catalogue: Lazy.any({ produce: () => props.catalogue.definition }),
    });
  }

  /** Writes the catalogue file; routes cannot be added afterwards. */
  public stageCode(): void {
    this.code.stage();
  }
}

/** The contract with `lambda/authorizer`. */
function environmentOf(props: AuthorizerFunctionProps): Record<string, string> {
  const outage = props.outagePolicy ?? OutagePolicy.refuse();
  return {
    ACCOUNT_TABLE: props.accountTable.tableName,
    CREDENTIAL_SOURCE: (props.credentialSource ?? CredentialSource.bearer()).name,
    LEASE_DURATION_MS: milliseconds(props.leaseDuration ?? DEFAULT_LEASE_DURATION),
    OUTAGE_POLICY: outage.name,
    OUTAGE_GRACE_MS: milliseconds(outage.outageGrace),
    ADMIT_GRACE_MS: milliseconds(outage.admitGrace ?? Duration.seconds(0)),
    USAGE_KEY_SCOPE: props.usageKeyScope,
    POOL_KEYS: String(props.poolKeys ?? DEFAULT_POOL_KEYS),
    KEYS_REQUIRED: props.keysRequired,
    RESULTS_CACHED: String((props.quotaEnforcement?.resultsCacheTtl.toSeconds() ?? 0) > 0),
  };
}

function identitiesOf(
  scope: Construct,
  { identities, pepper }: AuthorizerFunctionProps,
): Record<string, string> {
  if (identities === undefined) return {};
  return { IDENTITIES: Stack.of(scope).toJsonString(renderIdentities(identities, pepper)) };
}

function milliseconds(duration: Duration): string {
  return Tokenization.stringifyNumber(duration.toMilliseconds());
}
