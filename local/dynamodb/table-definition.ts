import { type EngineFinding, type ResolvedResource, type ResolvedStack } from '../contract';

/** What CreateTable takes. */
export interface TableDefinition {
  readonly TableName: string;
  readonly BillingMode: 'PAY_PER_REQUEST';
  readonly AttributeDefinitions: unknown;
  readonly KeySchema: unknown;
  readonly GlobalSecondaryIndexes?: readonly IndexDefinition[];
  readonly LocalSecondaryIndexes?: readonly IndexDefinition[];
}

interface IndexDefinition {
  readonly IndexName: unknown;
  readonly KeySchema: unknown;
  readonly Projection: unknown;
}

export interface PlannedTable {
  readonly region: string;
  readonly path: string;
  readonly definition: TableDefinition;
}

const TABLE_TYPES = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];

/** Properties that would change what a function sees, with what the engine does instead. */
const NOT_IMITATED: Readonly<Record<string, string>> = {
  TimeToLiveSpecification: 'items do not expire',
  StreamSpecification: 'nothing is streamed',
  KinesisStreamSpecification: 'nothing is streamed',
  ImportSourceSpecification: 'the table starts empty',
};

function indexes(value: unknown): IndexDefinition[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return (value as IndexDefinition[]).map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
  }));
}

/** Capacity is left out: every table is on demand, since a laptop has nothing to save. */
function toDefinition({ physicalId, properties }: ResolvedResource): TableDefinition {
  return {
    TableName: physicalId,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: properties.AttributeDefinitions,
    KeySchema: properties.KeySchema,
    GlobalSecondaryIndexes: indexes(properties.GlobalSecondaryIndexes),
    LocalSecondaryIndexes: indexes(properties.LocalSecondaryIndexes),
  };
}

function tablesOf(stack: ResolvedStack): ResolvedResource[] {
  return [...stack.resources.values()].filter(({ type }) => TABLE_TYPES.includes(type));
}

export function plannedTables(stacks: readonly ResolvedStack[]): PlannedTable[] {
  return stacks.flatMap((stack) =>
    tablesOf(stack).map((table) => ({
      region: stack.region,
      path: table.path,
      definition: toDefinition(table),
    })),
  );
}

/** Lists the properties of tables that the local DynamoDB does not imitate. */
export function checkTables(stacks: readonly ResolvedStack[]): EngineFinding[] {
  return stacks.flatMap(tablesOf).flatMap((table) =>
    Object.keys(NOT_IMITATED)
      .filter((property) => table.properties[property] !== undefined)
      .map((property) => ({
        severity: 'notice' as const,
        code: 'TablePropertyNotImitated',
        message: `${property} of table ${table.physicalId}: ${NOT_IMITATED[property]}`,
        path: table.path,
      })),
  );
}
