import { ACCOUNT_ID_PATTERN } from '../../lib/domain/key';
import {
  IMPORTED_KEY_LENGTH,
  LEAST_ENTROPY_BITS,
  estimateEntropy,
  importedKeyFault,
} from '../../lib/domain/imported-key';
import { errors } from '../errors';
import { parseCsv, type CsvRecord } from './csv';

/** A row whose key can be taken over. */
export interface ImportRow {
  readonly line: number;
  readonly account: string;
  readonly name: string;
  readonly key: string;
}

/** A row that is left out, and why; never the key itself. */
export interface LeftOutRow {
  readonly line: number;
  readonly name: string;
  /** `null`: the row names none that could be. */
  readonly account: string | null;
  /** Whether that is as it should be: the row is switched off, or a repetition. */
  readonly expected: boolean;
  readonly reason: string;
}

export interface ReadRows {
  readonly rows: readonly ImportRow[];
  readonly leftOut: readonly LeftOutRow[];
}

/** Columns of API Gateway's format; their names are compared without case. */
const KEY = 'key';
const NAME = 'name';
const ENABLED = 'enabled';
/** Column that names the account unless another is asked for; without it, the name does. */
const ACCOUNT = 'account';

/**
 * Reads a file of API keys in API Gateway's format.
 *
 * @param accountColumn the column that holds account ids; absent: `account` when there is one, else `name`
 * @throws CliError `CsvColumnMissing` or `CsvEmpty`
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-key-file-format.html
 */
export function readRows(text: string, accountColumn?: string): ReadRows {
  const [header, ...records] = parseCsv(text);
  if (!header) throw errors.csvEmpty();
  const columns = header.cells.map((name) => name.toLowerCase());
  const column = accountColumn?.toLowerCase() ?? (columns.includes(ACCOUNT) ? ACCOUNT : NAME);
  for (const needed of new Set([KEY, NAME, column])) {
    if (!columns.includes(needed)) throw errors.csvColumnMissing(needed, header.cells);
  }
  const rows: ImportRow[] = [];
  const leftOut: LeftOutRow[] = [];
  const seen = new Map<string, ImportRow>();
  for (const record of records) {
    const cell = (name: string): string => record.cells[columns.indexOf(name)] ?? '';
    const row = { line: record.line, account: cell(column), name: cell(NAME), key: cell(KEY) };
    const fault = faultOf(row, record, columns, column, cell(ENABLED), seen.get(row.key));
    if (fault === undefined) {
      rows.push(row);
      seen.set(row.key, row);
    } else {
      const account = ACCOUNT_ID_PATTERN.test(row.account) ? row.account : null;
      leftOut.push({ line: row.line, name: row.name, account, ...fault });
    }
  }
  return { rows, leftOut };
}

type Fault = Pick<LeftOutRow, 'expected' | 'reason'>;

function faultOf(
  row: ImportRow,
  { cells }: CsvRecord,
  columns: readonly string[],
  accountColumn: string,
  enabled: string,
  same: ImportRow | undefined,
): Fault | undefined {
  if (cells.length > columns.length) {
    return wrong(`it has ${cells.length} cells, the header has ${columns.length}; put quotes around commas`);
  }
  if (enabled.toLowerCase() === 'false') return { expected: true, reason: 'the key is disabled' };
  if (!ACCOUNT_ID_PATTERN.test(row.account)) {
    return wrong(
      `'${row.account}' in the column ${accountColumn} is no account id: 1 to 40 lower-case letters and digits; ` +
        'add a column account, or name another with --account-from',
    );
  }
  const keyFault = importedKeyFault(row.key);
  if (keyFault !== undefined) return wrong(KEY_FAULTS[keyFault](row.key));
  if (same === undefined) return undefined;
  return same.account === row.account
    ? { expected: true, reason: `the same key as on line ${same.line}` }
    : wrong(
        `the same key as on line ${same.line}, where it is of account ${same.account}: a key has one account`,
      );
}

const KEY_FAULTS: Readonly<Record<'length' | 'characters' | 'guessable', (key: string) => string>> = {
  length: ({ length }) =>
    `the key has ${length} characters; ${IMPORTED_KEY_LENGTH.min} to ${IMPORTED_KEY_LENGTH.max} are right`,
  characters: () => 'the key holds a blank or a character that is not visible ASCII',
  guessable: (key) =>
    `the key could be guessed: it is worth ${Math.floor(estimateEntropy(key))} bits, ${LEAST_ENTROPY_BITS} are needed; ` +
    'make the customer a new one with `paywall keys create`',
};

function wrong(reason: string): Fault {
  return { expected: false, reason };
}
