import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../helpers/run-cli';

test('help shows every command, with examples', async () => {
  const { exitCode, output } = await runCli(['--help']);
  expect(exitCode).toBe(0);
  for (const text of ['quickstart', 'local', 'accounts', 'keys', 'Examples:'])
    expect(output.text).toContain(text);
});

test.each([
  'quickstart',
  'local',
  'accounts create',
  'accounts show',
  'accounts change',
  'credits add',
  'keys create',
])('help of %s has examples and --json', async (command) => {
  const { exitCode, output } = await runCli([...command.split(' '), '--help']);
  expect(exitCode).toBe(0);
  expect(output.text).toContain('Examples:');
  expect(output.text).toContain('--json');
});

test('the version', async () => {
  const { exitCode, output } = await runCli(['--version']);
  expect({ exitCode, text: output.text }).toEqual({ exitCode: 0, text: '1.2.3' });
});

test.each<[string, string[], object]>([
  ['no command', [], { code: 'CommandNeeded' }],
  [
    'no command of accounts',
    ['accounts'],
    { code: 'CommandNeeded', data: { fix: 'see: paywall accounts --help' } },
  ],
  [
    'an unknown command',
    ['quikstart'],
    { code: 'UnknownCommand', data: { fix: expect.stringContaining('quickstart') } },
  ],
  [
    'an unknown command of accounts',
    ['accounts', 'creat'],
    { code: 'UnknownCommand', data: { fix: expect.stringContaining('create') } },
  ],
  [
    'an unknown option',
    ['quickstart', '--chek'],
    { code: 'UnknownOption', data: { fix: expect.stringContaining('--check') } },
  ],
  [
    'a missing argument',
    ['local'],
    { code: 'MissingArgument', data: { message: expect.stringContaining('assembly') } },
  ],
  [
    'an argument too many',
    ['accounts', 'show', 'a', 'b'],
    { code: 'ExcessArguments', data: { fix: 'see: paywall accounts show --help' } },
  ],
  ['an option without its value', ['local', 'x', '--port'], { code: 'OptionMissingArgument' }],
  ['a port that is none', ['local', 'x', '--port', 'http'], { code: 'BadPort' }],
  ['a parameter that is none', ['local', 'x', '--parameter', 'dev'], { code: 'BadParameter' }],
  ['an account id that is none', ['accounts', 'create', 'Acme Inc'], { code: 'BadAccountId' }],
  ['no engine and no stack', ['accounts', 'show', 'acme'], { code: 'NoTarget' }],
  [
    'a Region without a stack',
    ['accounts', 'show', 'acme', '--region', 'eu-west-1'],
    { code: 'OptionUnused' },
  ],
  [
    'an expiry in the past',
    ['keys', 'create', 'acme', '--expires', '2020-01-01'],
    { code: 'AlreadyExpired' },
  ],
  ['a scope that is none', ['keys', 'create', 'acme', '--scope', 'Keys!'], { code: 'BadScope' }],
  ['a route that is none', ['accounts', 'show', 'acme', '--route', '/hello'], { code: 'BadRoute' }],
  ['--yes without --aws', ['quickstart', '--yes'], { code: 'OptionUnused' }],
  ['--check with --aws', ['quickstart', '--aws', '--check'], { code: 'OptionConflict' }],
  [
    'a stack name that is none',
    ['quickstart', '--aws', '--stack-name', 'my_stack'],
    { code: 'BadStackName' },
  ],
  ['--port with --aws', ['quickstart', '--aws', '--port', '1'], { code: 'OptionUnused' }],
])('%s: exit code 2, what was wrong and what is right', async (_, argv, expected) => {
  const { exitCode, output } = await runCli(argv);
  expect(exitCode).toBe(2);
  expect(output.messages.at(-1)).toMatchObject({ level: 'error', ...expected });
});

describe('paywall local on what it cannot serve', () => {
  const directory = mkdtempSync(join(tmpdir(), 'paywall-test-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const write = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return name;
  };

  test.each<[string, () => string, string]>([
    ['no such file', () => 'cdk.out', 'cdk.out'],
    ['not JSON', () => write('broken.json', '{'), 'broken.json'],
    ['not a template', () => write('other.json', '{"name":"x"}'), 'other.json'],
  ])('%s: exit code 1, and the file is named', async (_, file, named) => {
    const { exitCode, output } = await runCli(['local', file()], { cwd: directory });
    expect(exitCode).toBe(1);
    expect(output.messages.at(-1)).toMatchObject({
      level: 'error',
      data: { message: expect.stringContaining(named) },
    });
  });
});
