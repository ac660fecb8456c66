/** One record of a file of comma-separated values. */
export interface CsvRecord {
  /** Line of the file on which it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads comma-separated values (RFC 4180). API Gateway also takes single quotes around a cell. Empty lines are skipped.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-key-file-format.html
 */
export function parseCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let line = 1;
  let start = 1;
  let cells: string[] = [];
  let cell = '';
  let quote: string | undefined;
  const endRecord = (): void => {
    cells.push(cell.trim());
    if (cells.some((value) => value !== '')) records.push({ line: start, cells });
    [cells, cell] = [[], ''];
  };
  // A byte order mark, as spreadsheets write it, is no part of the first name.
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  for (let i = 0; i < source.length; i += 1) {
    const character = source[i]!;
    if (character === '\n') line += 1;
    if (quote !== undefined) {
      if (character !== quote) cell += character;
      else if (source[i + 1] === quote) cell += source[(i += 1)]!;
      else quote = undefined;
    } else if ((character === '"' || character === "'") && cell.trim() === '') {
      [quote, cell] = [character, ''];
    } else if (character === ',') {
      cells.push(cell.trim());
      cell = '';
    } else if (character === '\n') {
      endRecord();
      start = line;
    } else cell += character;
  }
  endRecord();
  return records;
}
