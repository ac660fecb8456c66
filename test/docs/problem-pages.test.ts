import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_PROBLEM_TYPE_BASE } from '../../lib/catalogue/defaults';
import { problemType } from '../../lib/domain/problem';
import { ACTION_OF, REASONS } from '../../lib/domain/reason';
import { exampleBody, exampleShow } from './problem-examples';

const FOLDER = join(__dirname, '..', '..', 'docs', 'problems');
const page = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
const fenced = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)\`\`\`$`, 'gms'))].map(([, code]) =>
    code!.trimEnd(),
  );

test('there is a page for each reason, and no other but the index', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(
    [...REASONS.map((reason) => `${reason}.md`), 'README.md'].sort(),
  );
});

test.each(REASONS)('the type of %s leads to its page', (reason) => {
  const path = new URL(problemType(DEFAULT_PROBLEM_TYPE_BASE, reason)).pathname;
  expect(path).toBe(`/cdk-api-paywall/cdk-api-paywall/blob/main/docs/problems/${reason}.md`);
});

describe.each(REASONS)('page of %s', (reason) => {
  const text = page(`${reason}.md`);

  test('is named for the reason and says what fixes it', () => {
    expect(text).toMatch(new RegExp(`^# ${reason}\n`));
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual([
      'What fixes it',
      'The body',
      'For the seller',
    ]);
  });

  test('shows the body as the authorizer makes it', () => {
    expect(fenced(text, 'json')).toEqual([exampleBody(reason)]);
  });

  test('shows what the CLI says', () => {
    expect(fenced(text, 'console')).toEqual([exampleShow(reason)]);
  });
});

describe('index', () => {
  const index = page('README.md');

  test('lists every reason with its page and action', () => {
    const rows = [...index.matchAll(/^\| \[`(\w+)`\]\((\w+\.md)\) *\|.*\| `(\w+)` *\|$/gm)];
    expect(rows.map(([, reason, file, action]) => [reason, file, action])).toEqual(
      REASONS.map((reason) => [reason, `${reason}.md`, ACTION_OF[reason]]),
    );
  });

  test('explains every member of the body, in its order', () => {
    const table = index.slice(index.indexOf('## The body of a 402'));
    const members = [...table.matchAll(/^\| `(\w+)` +\|/gm)].map(([, member]) => member);
    expect(members).toEqual(Object.keys(JSON.parse(exampleBody('quota_exceeded')) as object));
  });

  test('names the five statuses', () => {
    expect([...index.matchAll(/^\| (\d{3}) /gm)].map(([, status]) => status)).toEqual([
      '401',
      '402',
      '403',
      '429',
      '503',
    ]);
  });
});
