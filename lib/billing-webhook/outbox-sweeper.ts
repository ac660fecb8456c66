import { Annotations, Aspects, AspectPriority, Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { IAccountTable } from '../account-table/i-account-table';
import { BundledFunction } from '../bundle/bundled-function';
import { CatalogueCode } from '../bundle/catalogue-code';
import { functionBundle } from '../bundle/function-bundle';
import type { CatalogueBuilder } from '../catalogue/catalogue-builder';

export interface OutboxSweeperProps {
  readonly accountTable: IAccountTable;
  readonly catalogue: CatalogueBuilder;
  readonly eventBus: events.IEventBus;
  /** As `BillingWebhook` tells its function. */
  readonly settings: string;
  readonly indexName?: string;
}

const INDEX_NAME = 'OutboxPending';
const EVERY = Duration.minutes(5);
/** Tables that have the index; one table may serve several paywalls. */
const INDEXED = new WeakSet<dynamodb.Table>();

/**
 * Publishes events that were stored with a change and not published: the bus was away, or a function died. What died
 * before the change was on the account is put there first.
 */
export class OutboxSweeper extends Construct {
  /** Absent where the table has no index by which to find them. */
  public readonly handler?: lambda.Function;

  constructor(scope: Construct, id: string, props: OutboxSweeperProps) {
    super(scope, id);
    const { accountTable, eventBus } = props;
    const index = props.indexName ?? outboxIndex(accountTable.table);
    if (index === undefined) {
      Annotations.of(this).addWarningV2(
        'cdk-api-paywall:outboxNotSwept',
        'events of changes that could not be published at once are published with the next change of their account ' +
          'only, as the account table is imported; give it an index and pass outboxIndexName',
      );
      return;
    }
    const code = new CatalogueCode(functionBundle('billing-sweeper', this.node.path), props.catalogue);
    this.handler = new BundledFunction(this, 'Function', {
      bundle: 'billing-sweeper',
      description: 'Publishes account events that could not be published at once',
      code,
      timeout: Duration.minutes(2),
      environment: { BILLING_SETTINGS: props.settings, OUTBOX_INDEX: index },
    }).handler;
    Aspects.of(this).add(
      { visit: (node) => void (node === this && code.stage()) },
      { priority: AspectPriority.MUTATING },
    );
    eventBus.grantPutEventsTo(this.handler);
    accountTable.table.encryptionKey?.grantEncryptDecrypt(this.handler);
    iam.Grant.addToPrincipal({
      grantee: this.handler,
      actions: ['dynamodb:Query'],
      resourceArns: [`${accountTable.tableArn}/index/${index}`],
    });
    iam.Grant.addToPrincipal({
      grantee: this.handler,
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      resourceArns: [accountTable.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ACCOUNT#*'] } },
    });
    new events.Rule(this, 'Schedule', {
      description: 'Publishes account events that could not be published at once',
      schedule: events.Schedule.rate(EVERY),
      targets: [new targets.LambdaFunction(this.handler, { retryAttempts: 0 })],
    });
  }
}

/** Sparse: it holds the billing items whose outbox is not empty, and so costs nothing while all goes well. */
function outboxIndex(table: dynamodb.ITable): string | undefined {
  if (!(table instanceof dynamodb.Table)) return undefined;
  if (!INDEXED.has(table)) {
    table.addGlobalSecondaryIndex({
      indexName: INDEX_NAME,
      partitionKey: { name: 'outboxPending', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      projectionType: dynamodb.ProjectionType.KEYS_ONLY,
    });
    INDEXED.add(table);
  }
  return INDEX_NAME;
}
