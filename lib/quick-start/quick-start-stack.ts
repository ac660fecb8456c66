import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { AccountTable } from '../account-table/account-table';
import { PaidApi } from '../paid-api/paid-api';
import { Route } from '../route/route';
import { DEMO_ACCOUNTS } from './demo-accounts';
import { DemoBackend } from './demo-backend';
import { demoPlans } from './demo-plans';

/** Reserved for examples: the links lead nowhere, which a demonstration should not hide. */
const BILLING = 'https://example.com/billing?account={account}';

/**
 * A small paid API to try: `GET /hello` has to be paid for, `GET /account` asks for a key only, `GET /status` is open.
 *
 * Everything in it is deleted with the stack, accounts included.
 */
export class QuickStartStack extends Stack {
  /** The API and its paywall. */
  public readonly api: PaidApi;

  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, { description: 'Quick start of cdk-api-paywall: a small paid API', ...props });
    this.api = new PaidApi(this, 'PaidApi', {
      plans: demoPlans(),
      routes: {
        'GET /account': Route.identified(),
        'GET /status': Route.public(),
      },
      accountTable: new AccountTable(this, 'Accounts', {
        removalPolicy: RemovalPolicy.DESTROY,
        deletionProtection: false,
      }),
      actionUrls: {
        subscribe: `${BILLING}&reason={reason}`,
        updatePaymentMethod: `${BILLING}&reason={reason}`,
        completePayment: `${BILLING}&reason={reason}`,
        upgradePlan: `${BILLING}&plan={plan}`,
        resume: `${BILLING}&reason={reason}`,
        contactSeller: 'https://example.com/contact?account={account}',
      },
      restApiProps: {
        description: 'A small paid API to try',
        defaultCorsPreflightOptions: { allowOrigins: apigateway.Cors.ALL_ORIGINS },
      },
    });

    const backend = new apigateway.LambdaIntegration(new DemoBackend(this, 'Backend').handler, {
      allowTestInvoke: false,
    });
    this.api.root.addResource('hello').addMethod('GET', backend);
    this.api.root.addResource('account').addMethod('GET', backend);
    this.api.root.addResource('status').addMethod('GET', statusIntegration(), {
      methodResponses: [{ statusCode: '200' }],
    });
    for (const { id: account, plan, ownKey } of DEMO_ACCOUNTS) {
      if (ownKey && plan !== undefined) this.api.paywall.addAccountKey(account, plan);
    }

    new CfnOutput(this, 'ApiUrl', { value: this.api.url });
    new CfnOutput(this, 'AccountTableName', { value: this.api.accountTable.tableName });
  }
}

/** Answered by API Gateway itself. */
function statusIntegration(): apigateway.MockIntegration {
  return new apigateway.MockIntegration({
    requestTemplates: { 'application/json': '{ "statusCode": 200 }' },
    integrationResponses: [
      { statusCode: '200', responseTemplates: { 'application/json': '{ "status": "ok" }' } },
    ],
  });
}
