import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type ResolvedStack } from '../contract';
import { EngineError, messageOf } from '../engine-error';
import { workerFile } from '../worker-file';
import { callDynamoDb, DynamoDbError } from './client';
import { loadTables, prepareDirectory, saveTables } from './snapshot';
import { plannedTables, type PlannedTable } from './table-definition';

/** A DynamoDB with the tables of some stacks. */
export interface LocalDynamoDb {
  /** For example `http://127.0.0.1:43219`. */
  readonly endpoint: string;
  /** Settles when every table can be used; rejects with DynamoDbUnreachable or TableNotCreated. */
  readonly ready: Promise<void>;
  /** Creates the tables of other stacks too; those that exist are kept with what is in them. */
  add(stacks: readonly ResolvedStack[]): Promise<void>;
  /** With a data directory, saves the tables first. */
  close(): Promise<void>;
}

const POLL_MS = 20;

/** A table of this name, left by an earlier run against an external DynamoDB, is used as it is. */
const EXISTS = 'ResourceInUseException';

async function createTable(endpoint: string, { region, definition, path }: PlannedTable): Promise<void> {
  const { TableName } = definition;
  try {
    await callDynamoDb(endpoint, region, 'CreateTable', definition);
  } catch (error) {
    if (error instanceof DynamoDbError && error.type !== EXISTS) {
      const message = `table ${TableName} cannot be created: ${error.message} [${path}]`;
      throw new EngineError('TableNotCreated', message, { cause: error });
    }
    if (!(error instanceof DynamoDbError)) throw error;
  }
  for (;;) {
    const { Table } = await callDynamoDb(endpoint, region, 'DescribeTable', { TableName });
    if ((Table as { TableStatus: string }).TableStatus === 'ACTIVE') return;
    await setTimeout(POLL_MS);
  }
}

/** The tables of one engine in one DynamoDB. */
class Tables {
  private readonly known = new Map<string, PlannedTable>();

  constructor(
    private readonly endpoint: string,
    private readonly directory: string | undefined,
  ) {}

  async add(stacks: readonly ResolvedStack[]): Promise<void> {
    const added = plannedTables(stacks).filter((table) => !this.known.has(keyOf(table)));
    for (const table of added) await createTable(this.endpoint, table);
    if (this.directory !== undefined) await loadTables(this.endpoint, added, this.directory);
    for (const table of added) this.known.set(keyOf(table), table);
  }

  async save(): Promise<void> {
    if (this.directory !== undefined)
      await saveTables(this.endpoint, [...this.known.values()], this.directory);
  }
}

function keyOf({ region, definition }: PlannedTable): string {
  return `${region}/${definition.TableName}`;
}

function external(endpoint: string, stacks: readonly ResolvedStack[]): LocalDynamoDb {
  if (!URL.canParse(endpoint)) {
    throw new EngineError(
      'DynamoDbEndpointInvalid',
      `${endpoint} is not a URL; use, for example, http://127.0.0.1:8000`,
    );
  }
  const tables = new Tables(endpoint, undefined);
  const ready = tables.add(stacks);
  ready.catch(() => undefined);
  return { endpoint, ready, add: (more) => tables.add(more), close: () => Promise.resolve() };
}

/** An embedded DynamoDB whose tables nobody else keeps in the same directory. */
async function kept(stacks: readonly ResolvedStack[], directory: string): Promise<LocalDynamoDb> {
  const unlock = await prepareDirectory(directory);
  try {
    const database = await embedded(stacks, directory);
    return { ...database, close: () => database.close().finally(unlock) };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function embedded(stacks: readonly ResolvedStack[], directory?: string): Promise<LocalDynamoDb> {
  const { region = 'us-east-1', accountId = '' } = stacks[0] ?? {};
  const worker = new Worker(workerFile('dynamodb-worker.js'), {
    // The emulator builds its ARNs from these two.
    env: { AWS_REGION: region, AWS_ACCOUNT_ID: accountId },
    execArgv: [],
    name: 'dynamodb',
  });
  const [port] = (await once(worker, 'message').catch((cause: unknown) => {
    throw new EngineError('DynamoDbNotStarted', `the embedded DynamoDB does not start: ${messageOf(cause)}`, {
      cause,
    });
  })) as [number];
  const endpoint = `http://127.0.0.1:${port}`;
  const died = new Promise<never>((_, reject) => {
    worker.on('error', (cause) => {
      reject(
        new EngineError('DynamoDbNotStarted', `the embedded DynamoDB died: ${messageOf(cause)}`, { cause }),
      );
    });
  });
  died.catch(() => undefined);
  const tables = new Tables(endpoint, directory);
  const ready = Promise.race([tables.add(stacks), died]);
  ready.catch(() => undefined);
  return {
    endpoint,
    ready,
    add: (more) => Promise.race([tables.add(more), died]),
    close: async () => {
      try {
        await Promise.race([tables.save(), died]);
      } finally {
        await worker.terminate();
      }
    },
  };
}

/**
 * Starts an empty DynamoDB on loopback, in a thread of its own, and creates the tables of the stacks in it.
 *
 * @param endpoint an already running one to use instead, for example DynamoDB Local; it must take any credentials
 * @param directory where the tables are kept from one run to the next; not with an endpoint, which keeps its own
 * @throws EngineError DataNotKept, DataInUse, DynamoDbNotStarted, DynamoDbEndpointInvalid
 */
export async function startDynamoDb(
  stacks: readonly ResolvedStack[],
  endpoint?: string,
  directory?: string,
): Promise<LocalDynamoDb> {
  if (endpoint !== undefined) return external(endpoint, stacks);
  return directory === undefined ? embedded(stacks) : kept(stacks, directory);
}
