import { access, constants, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError, messageOf } from '../engine-error';
import { callDynamoDb } from './client';
import { lockDirectory } from './directory-lock';
import { type PlannedTable } from './table-definition';

type Item = Readonly<Record<string, unknown>>;

/** What BatchWriteItem takes at a time. */
const BATCH = 25;

function fileOf(directory: string, { region, definition }: PlannedTable): string {
  return join(directory, `${region}.${definition.TableName}.json`);
}

async function scan(endpoint: string, { region, definition }: PlannedTable): Promise<Item[]> {
  const items: Item[] = [];
  let ExclusiveStartKey: unknown;
  do {
    const page = await callDynamoDb(endpoint, region, 'Scan', {
      TableName: definition.TableName,
      ConsistentRead: true,
      ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
    });
    items.push(...(page.Items as Item[]));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return items;
}

/**
 * Makes the directory, sees to it that tables can be kept there (at the end it would be too late to say so), and keeps
 * other engines out.
 *
 * @returns lets others in
 * @throws EngineError DataNotKept, DataInUse
 */
export async function prepareDirectory(directory: string): Promise<() => Promise<void>> {
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.R_OK | constants.W_OK);
    return await lockDirectory(directory);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const message = `tables cannot be kept in ${directory}: ${messageOf(error)}; name a directory that you can write to`;
    throw new EngineError('DataNotKept', message, { cause: error });
  }
}

/**
 * Writes every table to a file of its own, in DynamoDB's JSON. A file is replaced as a whole or not at all.
 *
 * @throws EngineError DataNotSaved: that table and those after it are as the run before left them
 */
export async function saveTables(
  endpoint: string,
  tables: readonly PlannedTable[],
  directory: string,
): Promise<void> {
  for (const table of tables) {
    const file = fileOf(directory, table);
    try {
      await writeFile(`${file}.new`, `${JSON.stringify(await scan(endpoint, table))}\n`, { mode: 0o600 });
      await rename(`${file}.new`, file);
    } catch (error) {
      const message = `${file} cannot be saved: ${messageOf(error)} [${table.path}]`;
      throw new EngineError('DataNotSaved', message, { cause: error });
    }
  }
}

/**
 * Fills tables with what an earlier run has saved; those without a file stay as they are.
 *
 * @throws EngineError DataNotLoaded when a file does not fit its table
 */
export async function loadTables(
  endpoint: string,
  tables: readonly PlannedTable[],
  directory: string,
): Promise<void> {
  for (const table of tables) {
    const file = fileOf(directory, table);
    try {
      const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '[]';
        throw error;
      });
      await write(endpoint, table, JSON.parse(text) as Item[]);
    } catch (error) {
      const message = `${file} cannot be loaded: ${messageOf(error)}; repair or remove it [${table.path}]`;
      throw new EngineError('DataNotLoaded', message, { cause: error });
    }
  }
}

async function write(
  endpoint: string,
  { region, definition }: PlannedTable,
  items: readonly Item[],
): Promise<void> {
  for (let at = 0; at < items.length; at += BATCH) {
    const requests = items.slice(at, at + BATCH).map((Item) => ({ PutRequest: { Item } }));
    await callDynamoDb(endpoint, region, 'BatchWriteItem', {
      RequestItems: { [definition.TableName]: requests },
    });
  }
}
