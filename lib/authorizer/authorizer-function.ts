import { Duration, Lazy, RemovalPolicy, Stack, Tokenization, type CfnResource } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { IAccountTable } from '../account-table/i-account-table';
import { CatalogueCode } from '../bundle/catalogue-code';
import { functionBundle } from '../bundle/function-bundle';
import type { CatalogueBuilder } from '../catalogue/catalogue-builder';
import { CredentialSource } from './credential-source';
import { OutagePolicy } from './outage-policy';
import { renderIdentities } from './render-identities';
import type { AuthorizerOptions } from './subscription-authorizer-props';
import { DEFAULT_POOL_KEYS } from './validate-authorizer';

/** Key of the function's metadata in the template, by which tools find it and its catalogue. */
export const METADATA_KEY = 'cdk-api-paywall';

export interface AuthorizerFunctionProps extends AuthorizerOptions {
  readonly accountTable: IAccountTable;
  readonly catalogue: CatalogueBuilder;
  readonly usageKeyScope: string;
  /** `true` when every method behind the authorizer requires an API key. */
  readonly keysRequired: string;
}

/** The authorizer's function: its role, its log and its code with the catalogue beside it. */
export class AuthorizerFunction extends Construct {
  public readonly handler: lambda.Function;
  public readonly role: iam.Role;
  public readonly logGroup: logs.LogGroup;
  private readonly code: CatalogueCode;

  constructor(scope: Construct, id: string, props: AuthorizerFunctionProps) {
    super(scope, id);
    this.code = new CatalogueCode(functionBundle('authorizer', this.node.path), props.catalogue);
    this.logGroup = new logs.LogGroup(this, 'LogGroup', {
      retention: props.logRetention ?? logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Not the managed basic execution role: that one may write to every log group of the account.
    this.role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup.grantWrite(this.role);
    props.accountTable.grantAuthorize(this.role);

    this.handler = new lambda.Function(this, 'Resource', {
      description: 'Decides who may call, who has to pay and why',
      runtime: lambda.Runtime.NODEJS_22_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: this.code,
      role: this.role,
      // Processor share grows with memory, and a cold start is what callers feel.
      memorySize: 512,
      timeout: Duration.seconds(5),
      logGroup: this.logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      environment: { ...environmentOf(props), ...identitiesOf(this, props) },
    });
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
    LEASE_DURATION_MS: milliseconds(props.leaseDuration ?? Duration.seconds(10)),
    OUTAGE_POLICY: outage.name,
    OUTAGE_GRACE_MS: milliseconds(outage.outageGrace),
    ADMIT_GRACE_MS: milliseconds(outage.admitGrace ?? Duration.seconds(0)),
    USAGE_KEY_SCOPE: props.usageKeyScope,
    POOL_KEYS: String(props.poolKeys ?? DEFAULT_POOL_KEYS),
    KEYS_REQUIRED: props.keysRequired,
  };
}

function identitiesOf(scope: Construct, { identities }: AuthorizerFunctionProps): Record<string, string> {
  if (identities === undefined) return {};
  return { IDENTITIES: Stack.of(scope).toJsonString(renderIdentities(identities)) };
}

function milliseconds(duration: Duration): string {
  return Tokenization.stringifyNumber(duration.toMilliseconds());
}
