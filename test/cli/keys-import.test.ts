import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { parseCsv } from '../../cli/keys/csv';
import { readRows } from '../../cli/keys/import-rows';
import { hangUp } from '../helpers/get';
import { openDocumentedApp, openShop, type Shop } from '../helpers/shop';

const GOOD = 'hK3vQ9xTz2LmW8rYpN5sJ7cB4dF6gA1eU0iOqXwV';
const OTHER = 'Rt7yUi9oP3aSd5fGh1jKl2zXc4vBn6mQw8eZr0Ty';

describe('reading a file', () => {
  test('quotes, quotes in quotes, commas and lines in cells, a byte order mark and line ends of any kind', () => {
    const text = '\uFEFFname,key\r\n"Acme, Inc.","a ""b"""\n\n\'c,d\',e\r"two\nlines",f';
    expect(parseCsv(text)).toEqual([
      { line: 1, cells: ['name', 'key'] },
      { line: 2, cells: ['Acme, Inc.', 'a "b"'] },
      { line: 4, cells: ['c,d', 'e'] },
      { line: 5, cells: ['two\nlines', 'f'] },
    ]);
  });

  test("the examples of API Gateway's documentation have the columns, in any order and case", () => {
    const text = `Enabled,Name,key,UsageplanIds\ntrue,acme,${GOOD},"c7y23b,glvrsr"`;
    expect(readRows(text)).toEqual({
      rows: [{ line: 2, account: 'acme', name: 'acme', key: GOOD }],
      leftOut: [],
    });
  });

  test.each<[string, string | undefined, string]>([
    ['the column account', undefined, 'one'],
    ['a column of choice', 'description', 'two'],
    ['the name', 'Name', 'three'],
  ])('the account is in %s', (_, column, account) => {
    const { rows } = readRows(`name,key,account,Description\nthree,${GOOD},one,two`, column);
    expect(rows).toMatchObject([{ account }]);
  });

  test('rows that cannot be taken over are named, without their key, and hold up no other', () => {
    const lines = [
      'name,key,account,enabled',
      `first,${GOOD},acme,TRUE`,
      `weak,passwordpasswordpassword1,acme,true`,
      `short,abc,acme,true`,
      `off,${OTHER},acme,FALSE`,
      `nobody,${OTHER},Acme Corp,true`,
      `again,${GOOD},acme,true`,
      `stolen,${GOOD},other,true`,
      `torn,${OTHER},acme,true,5,6`,
      `last,${OTHER},other,true`,
    ];
    const { rows, leftOut } = readRows(lines.join('\n'));
    expect(rows.map(({ name }) => name)).toEqual(['first', 'last']);
    expect(leftOut.map(({ line, expected, reason }) => [line, expected, reason])).toEqual([
      [3, false, expect.stringMatching(/guessed: it is worth \d+ bits, 60 are needed/)],
      [4, false, expect.stringContaining('3 characters; 20 to 128')],
      [5, true, 'the key is disabled'],
      [6, false, expect.stringContaining(`'Acme Corp' in the column account`)],
      [7, true, 'the same key as on line 2'],
      [8, false, expect.stringContaining('of account acme')],
      [9, false, expect.stringContaining('6 cells, the header has 4')],
    ]);
    expect(JSON.stringify(leftOut)).not.toContain(OTHER);
  });

  test.each([
    ['', 'CsvEmpty'],
    ['name,value\na,b', 'CsvColumnMissing'],
    ['key,description\na,b', 'CsvColumnMissing'],
  ])('%j: %s', (text, code) => expect(() => readRows(text)).toThrow(expect.objectContaining({ code })));
});

describe('a seller moves over', () => {
  let app: Shop;
  beforeAll(async () => {
    app = await openDocumentedApp('docs/importing-keys.md');
  }, 60_000);
  afterAll(async () => {
    hangUp();
    await app?.close();
  });

  const call = async (key: string): Promise<number> =>
    (await fetch(`${app.url}reports`, { headers: { 'x-api-key': key } })).status;

  async function run(rows: readonly string[], ...options: string[]) {
    writeFileSync(join(app.cwd, 'keys.csv'), ['name,key,account', ...rows].join('\n'));
    const { exitCode, output } = await app.paywall('keys', 'import', 'keys.csv', ...options);
    const { data } = output.find('KeysImported');
    expect(output.text).not.toContain(GOOD);
    return { exitCode, data: data as any, text: output.text };
  }

  test('a dry run writes nothing', async () => {
    const { exitCode, data } = await run([`Acme,${GOOD},acme`], '--create', 'pro', '--dry-run');
    expect(exitCode).toBe(0);
    expect(data).toMatchObject({ dryRun: true, taken: [{ outcome: 'imported', createdAccount: true }] });
    expect(await call(GOOD)).toBe(401);
  });

  test('without the account the row is refused, and it is said how to make it', async () => {
    const { exitCode, data } = await run([`Acme,${GOOD},acme`]);
    expect(exitCode).toBe(1);
    expect(data.leftOut).toMatchObject([{ line: 2, reason: expect.stringContaining('--create') }]);
  });

  test('the old key is served on the next request, is listed, and one that nobody has is not', async () => {
    const { exitCode, data } = await run([`Acme,${GOOD},acme`, `Acme 2,${OTHER},acme`], '--create', 'pro');
    expect(exitCode).toBe(0);
    expect(data.taken).toMatchObject([
      { outcome: 'imported', createdAccount: true },
      { outcome: 'imported', createdAccount: false },
    ]);
    expect([await call(GOOD), await call(OTHER)]).toEqual([200, 200]);
    expect(await call(randomBytes(30).toString('base64url'))).toBe(401);
    const { output } = await app.paywall('keys', 'list', 'acme');
    expect(output.find('KeysListed').data).toMatchObject({
      keys: expect.arrayContaining([
        expect.objectContaining({ label: 'Acme', createdBy: 'import', keyId: data.taken[0].keyId }),
      ]),
    });
  });

  test('importing again changes nothing, and another account gets nobody’s key', async () => {
    const again = await run([`Acme,${GOOD},acme`]);
    expect(again.data).toMatchObject({ complete: true, taken: [{ outcome: 'unchanged' }] });
    const stolen = await run([`Thief,${GOOD},thief`], '--create', 'pro');
    expect(stolen.exitCode).toBe(1);
    expect(stolen.data.leftOut).toMatchObject([{ reason: expect.stringContaining('another account') }]);
  });

  test('rotation gives a key of ours; revocation ends the old one, also for the next import', async () => {
    const { data } = await run([`Acme 2,${OTHER},acme`]);
    const { keyId } = data.taken[0];
    const rotated = await app.paywall('keys', 'rotate', 'acme', keyId);
    const { key } = rotated.output.find('KeyRotated').data as { key: string };
    expect([await call(key), await call(OTHER)]).toEqual([200, 200]);
    expect((await app.paywall('keys', 'revoke', 'acme', keyId)).exitCode).toBe(0);
    await app.paywall('local', 'clock', '+11s');
    expect([await call(key), await call(OTHER)]).toEqual([200, 401]);
    const again = await run([`Acme 2,${OTHER},acme`]);
    expect(again).toMatchObject({ exitCode: 0, data: { taken: [], leftOut: [{ expected: true }] } });
    expect(again.text).toContain(
      'left out  line 2 (Acme 2): the key was imported before and has been revoked',
    );
    expect(await call(OTHER)).toBe(401);
  });

  test('erasing the account leaves nothing of its keys behind', async () => {
    expect((await app.paywall('accounts', 'erase', 'acme', '--yes')).exitCode).toBe(0);
    await app.paywall('local', 'clock', '+11s');
    expect(await call(GOOD)).toBe(401);
    const { data } = await run([`New,${GOOD},newcomer`], '--create', 'pro');
    expect(data.taken).toMatchObject([{ account: 'newcomer', outcome: 'imported' }]);
    expect(await call(GOOD)).toBe(200);
  });

  test.each([
    [['nothing.csv'], 'FileUnreadable'],
    [['keys.csv', '--create', 'gold'], 'UnknownPlan'],
    [['keys.csv', '--account-from', 'customer'], 'CsvColumnMissing'],
  ])('%j: %s', async (argv, code) => {
    writeFileSync(join(app.cwd, 'keys.csv'), `name,key\nacme,${GOOD}`);
    const { exitCode, output } = await app.paywall('keys', 'import', ...argv);
    expect(exitCode).toBe(2);
    expect(output.codes).toContain(code);
  });
});

test('a paywall that does not accept such keys says how it would', async () => {
  const shop = await openShop();
  try {
    writeFileSync(join(shop.cwd, 'keys.csv'), `name,key\nacme,${GOOD}`);
    const { exitCode, output } = await shop.paywall('keys', 'import', 'keys.csv');
    expect(exitCode).toBe(1);
    expect(output.find('ImportNotEnabled').data).toMatchObject({
      fix: expect.stringContaining('Identity.importedKeys()'),
    });
  } finally {
    await shop.close();
  }
}, 60_000);
