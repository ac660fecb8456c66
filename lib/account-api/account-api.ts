import { AspectPriority, Aspects } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { IAccountTable } from '../account-table/i-account-table';
import { validatePathPart } from '../billing-webhook/validate-billing-webhook';
import { BundledFunction } from '../bundle/bundled-function';
import { CatalogueCode } from '../bundle/catalogue-code';
import { functionBundle } from '../bundle/function-bundle';
import { keepPrivate } from '../paywall/private-method';
import { Rules } from '../errors/rules';
import { Route } from '../route/route';
import type { AccountApiProps } from './account-api-props';

/** Scope that a key needs to make, replace or end keys; off unless granted. */
const MANAGE_KEYS = 'keys:manage';

/**
 * Routes by which customers look after themselves: what they have, what is left, and their keys.
 *
 * | Route | Scope | Answer |
 * | --- | --- | --- |
 * | `GET /account` | - | plan, status, usage |
 * | `GET /account/usage` | - | units used and left, when they are renewed |
 * | `GET /account/keys` | `keys:manage` | keys, by their ids |
 * | `POST /account/keys` | `keys:manage` | a new key, shown once |
 * | `POST /account/keys/{keyId}/rotate` | `keys:manage` | its successor, and how long both work |
 * | `DELETE /account/keys/{keyId}` | `keys:manage` | nothing: the key is ended |
 *
 * All are `Route.identified()`: they need a credential, no payment, and take no unit.
 */
export class AccountApi extends Construct {
  /** The function behind the routes. */
  public readonly handler: lambda.Function;

  /** @throws PaywallError when `pathPart` is not one segment of a path */
  constructor(scope: Construct, id: string, props: AccountApiProps) {
    super(scope, id);
    const { paywall, pathPart = 'account' } = props;
    const rules = new Rules();
    validatePathPart(rules, 'pathPart', pathPart);
    rules.enforce(this.node.path);
    const code = new CatalogueCode(
      functionBundle('account-api', this.node.path),
      paywall.authorizer._catalogue,
    );
    this.handler = new BundledFunction(this, 'Function', {
      bundle: 'account-api',
      description: 'Shows customers their account and manages their keys',
      code,
      environment: { ACCOUNT_TABLE: paywall.accountTable.tableName },
    }).handler;
    grantOwnAccount(this.handler, paywall.accountTable);
    Aspects.of(this).add(
      { visit: (node) => void (node === this && code.stage()) },
      { priority: AspectPriority.MUTATING },
    );

    const integration = new apigateway.LambdaIntegration(this.handler, { allowTestInvoke: false });
    const add = (resource: apigateway.IResource, verb: string, scopeOfKey?: string): void => {
      // The paywall guards whatever is not public; defaults of the API must not get in its way.
      const method = resource.addMethod(verb, integration, {
        authorizationType: apigateway.AuthorizationType.NONE,
      });
      paywall.addMethodRoute(method, Route.identified({ scope: scopeOfKey }));
      keepPrivate(paywall.restApi.deploymentStage, method);
    };
    const account = paywall.restApi.root.addResource(pathPart);
    add(account, 'GET');
    add(account.addResource('usage'), 'GET');
    const keys = account.addResource('keys');
    add(keys, 'GET', MANAGE_KEYS);
    add(keys, 'POST', MANAGE_KEYS);
    const key = keys.addResource('{keyId}');
    add(key, 'DELETE', MANAGE_KEYS);
    add(key.addResource('rotate'), 'POST', MANAGE_KEYS);
  }
}

/** Accounts and what lies beside them; of imported keys only the mark that one was revoked; no customers. */
function grantOwnAccount(grantee: iam.IGrantable, accountTable: IAccountTable): void {
  accountTable.table.encryptionKey?.grantEncryptDecrypt(grantee);
  const grant = (names: string[], leadingKeys: string): iam.Grant =>
    iam.Grant.addToPrincipal({
      grantee,
      actions: names.map((name) => `dynamodb:${name}`),
      resourceArns: [accountTable.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [leadingKeys] } },
    });
  grant(['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'], 'ACCOUNT#*');
  grant(['UpdateItem'], 'IMPORTED#*');
}
