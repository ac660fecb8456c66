import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import type { IAccountTable } from '../account-table/i-account-table';
import { Rules } from '../errors/rules';
import { Paywall } from '../paywall/paywall';
import { validatePaywall } from '../paywall/validate-paywall';
import type { PaidApiProps } from './paid-api-props';

/**
 * A REST API that has to be paid for: a `RestApi` with a `Paywall` around it.
 *
 * Add resources and methods to `root`; each asks for a subscription unless its route is declared otherwise.
 */
export class PaidApi extends Construct {
  /** The API. */
  public readonly restApi: apigateway.RestApi;
  /** The paywall around it: routes, usage plans, metrics and grants. */
  public readonly paywall: Paywall;
  /** Where accounts are kept. */
  public readonly accountTable: IAccountTable;

  /** @throws PaywallError naming every broken rule of the props */
  constructor(scope: Construct, id: string, props: PaidApiProps) {
    super(scope, id);
    const rules = new Rules();
    validatePaywall(rules, props);
    rules.enforce(this.node.path);

    const { restApiProps, ...paywall } = props;
    this.restApi = new apigateway.RestApi(this, 'Api', {
      restApiName: this.node.id,
      // One role per account and Region, set by whoever owns the account, not by each API (AG §10).
      cloudWatchRole: false,
      ...(restApiProps?.endpointConfiguration === undefined && {
        endpointTypes: [apigateway.EndpointType.REGIONAL],
      }),
      ...restApiProps,
    });
    this.paywall = new Paywall(this, 'Paywall', { ...paywall, restApi: this.restApi });
    this.accountTable = this.paywall.accountTable;
  }

  /** The root resource of the API. */
  public get root(): apigateway.IResource {
    return this.restApi.root;
  }

  /** Where the API's stage answers, with a final slash. */
  public get url(): string {
    return this.restApi.url;
  }
}
