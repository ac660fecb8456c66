import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../helpers/run-cli';
import { ROOT, shellLines, wordsOf } from './markdown';

const PACKAGE = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  name: string;
  repository: { url: string };
  bin: Record<string, string>;
  scripts: Record<string, string>;
  peerDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

/** Commands of the CDK CLI that the documents use. */
const CDK_COMMANDS = ['synth', 'bootstrap', 'deploy', 'destroy', 'diff'];

const DOCUMENTS = ['README.md', 'CONTRIBUTING.md'];
const LINES = DOCUMENTS.flatMap((document) => shellLines(document).map(({ line }) => ({ document, line })));

/** What `--help` says of a command; fails when there is no such command. */
async function help(command: readonly string[]): Promise<string> {
  const { exitCode, output } = await runCli([...command, '--help']);
  expect(exitCode).toBe(0);
  return output.text;
}

/** Whether a command only holds others; one that takes arguments of its own can be run as well. */
function isGroup(text: string): boolean {
  return text.includes('Commands:') && !/^Usage: .*</m.test(text);
}

/** A command line of our CLI: each word of the command and each option is one that `--help` names. */
async function checkPaywall(words: readonly string[]): Promise<void> {
  const command: string[] = [];
  let text = await help([]);
  for (const word of words) {
    if (!new RegExp(`^  ${word} `, 'm').test(text.slice(text.indexOf('Commands:')))) break;
    command.push(word);
    text = await help(command);
    if (!text.includes('Commands:')) break;
  }
  expect(command).not.toEqual([]);
  expect(isGroup(text)).toBe(false);
  for (const word of words.filter((candidate) => candidate.startsWith('--'))) {
    expect(text).toMatch(new RegExp(`^ +(-\\w, )?${word}\\b`, 'm'));
  }
}

test.each(LINES)('$document: $line', async ({ line }) => {
  const [program, ...words] = wordsOf(line);
  switch (program) {
    case 'paywall':
      return await checkPaywall(words);
    case 'npx': {
      const [tool, ...rest] = words;
      if (tool === 'paywall') {
        expect(PACKAGE.bin).toHaveProperty('paywall');
        return await checkPaywall(rest);
      }
      if (tool === 'cdk') {
        expect(PACKAGE.devDependencies).toHaveProperty('aws-cdk');
        return expect(CDK_COMMANDS).toContain(rest[0]);
      }
      return expect(Object.keys(PACKAGE.devDependencies)).toContain(tool);
    }
    case 'npm': {
      const [verb, ...rest] = words;
      if (verb === 'run') {
        expect(Object.keys(PACKAGE.scripts)).toContain(rest[0]);
        const passedOn = rest.slice(rest.indexOf('--') + 1);
        if (rest[0] === 'quickstart' && rest.includes('--')) await checkPaywall(['quickstart', ...passedOn]);
        return;
      }
      if (verb === 'install') {
        return expect(rest).toEqual([PACKAGE.name, ...Object.keys(PACKAGE.peerDependencies)]);
      }
      return expect(['ci', 'test']).toContain(verb);
    }
    case 'git':
      return expect(words).toEqual(['clone', PACKAGE.repository.url.replace('git+', '')]);
    case 'cd':
      return expect(words).toEqual([PACKAGE.name]);
    // Run against the local engine in readme-local.test.ts.
    case 'curl':
      return expect(words).toContain('-i');
    default:
      throw new Error(`nobody checks '${line}'`);
  }
});

test('the CLI reference names every command', async () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  for (const command of await commandsBelow([])) expect(readme).toContain(`| \`paywall ${command.join(' ')}`);
});

/** Every command that can be run. */
async function commandsBelow(parent: readonly string[]): Promise<string[][]> {
  const text = await help(parent);
  if (!text.includes('Commands:')) return [[...parent]];
  const listed = text.slice(text.indexOf('Commands:')).split('\n\n')[0]!;
  const names = [...listed.matchAll(/^ {2}([\w-]+) /gm)]
    .map(([, name]) => name!)
    .filter((name) => name !== 'help');
  const below: string[][] = isGroup(text) || parent.length === 0 ? [] : [[...parent]];
  for (const name of names) below.push(...(await commandsBelow([...parent, name])));
  return below;
}
