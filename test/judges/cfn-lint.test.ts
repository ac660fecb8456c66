import { App, Stack } from 'aws-cdk-lib';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QuickStartStack } from '../../lib';
import { hasJudge } from '../helpers/judges';
import { STACKS } from './stacks';

interface Finding {
  readonly Level: string;
  readonly Message: string;
  readonly Location: { readonly Path: readonly (string | number)[] | null };
  readonly Rule: { readonly Id: string };
}

/** The CDK writes each role as a dependency of its function, although the reference says as much. */
const HABIT_OF_THE_CDK = 'W3005';

const present = hasJudge('cfn-lint', () =>
  spawnSync('cfn-lint', ['--version']).status === 0
    ? undefined
    : 'it is not on the path (Python: pip install cfn-lint)',
);

(present ? describe : describe.skip)('cfn-lint', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'paywall-cfn-lint-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function findings(template: string): string[] {
    const args = ['--format', 'json', '--regions', 'eu-central-1', '--', template];
    const { stdout, stderr } = spawnSync('cfn-lint', args, { encoding: 'utf8' });
    if (stderr) throw new Error(`cfn-lint: ${stderr}`);
    return (JSON.parse(stdout) as Finding[])
      .filter(({ Rule }) => Rule.Id !== HABIT_OF_THE_CDK)
      .map(({ Rule, Message, Location }) => `${Rule.Id} ${Location.Path?.join('/')}: ${Message}`);
  }

  function synthesize(build: (app: App) => Stack): string {
    const app = new App({ outdir: mkdtempSync(join(folder, 'cdk.out-')) });
    const { stackName } = build(app);
    return app.synth().getStackByName(stackName).templateFullPath;
  }

  test('finds a mistake where there is one', () => {
    const template = join(folder, 'mistaken.template.json');
    writeFileSync(template, JSON.stringify({ Resources: { Api: { Type: 'AWS::ApiGateway::RestAPI' } } }));
    expect(findings(template)).not.toEqual([]);
  });

  test('finds none in the quick start', () => {
    expect(findings(synthesize((app) => new QuickStartStack(app, 'QuickStart')))).toEqual([]);
  });

  test.each(Object.entries(STACKS))('finds none in a stack with %s', (_name, build) => {
    const template = synthesize((app) => {
      const stack = new Stack(app, 'Judged');
      build(stack);
      return stack;
    });
    expect(findings(template)).toEqual([]);
  });
});
