import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseKey } from '../../lib/domain/key';
import { cdk } from '../judges/cdk-cli';
import { MOTO_ACCOUNT, MOTO_REGION, motoIsHere, startMoto, type Moto } from '../helpers/moto';
import { runCli } from '../helpers/run-cli';
import { PaywallProcess } from '../helpers/paywall-process';

const STACK = 'Demo';

// moto knows only part of the resource types: what is seen here is the way from preflight to seeded accounts and back.
(motoIsHere() ? describe : describe.skip)('paywall quickstart --aws, against moto', () => {
  let moto: Moto;
  let home: string;

  beforeAll(async () => {
    moto = await startMoto();
    home = mkdtempSync(join(tmpdir(), 'paywall-moto-'));
  }, 120_000);
  afterAll(async () => {
    rmSync(home, { recursive: true, force: true });
    await moto.close();
  });

  const keysFile = () => join(home, '.paywall', `${STACK}.${MOTO_REGION}.keys.json`);

  async function paywall(...argv: string[]) {
    const run = new PaywallProcess(argv, home, {
      HOME: home,
      ...moto.env,
      // The judges of templates are elsewhere; five synths with the CDK's own would take minutes.
      CDK_VALIDATION: 'false',
      // moto reads the bucket of a template from the path of a URL that names localhost.
      AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION: moto.url.replace('127.0.0.1', 'localhost'),
    });
    return { exitCode: await run.exit(), stdout: run.stdout, stderr: run.stderr };
  }
  const quickstart = (...argv: string[]) => paywall('quickstart', '--aws', '--stack-name', STACK, ...argv);

  test('not bootstrapped: what is there, what is missing and the command that helps', async () => {
    const { exitCode, stdout, stderr } = await quickstart('--yes');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      new RegExp(`ok +region +${MOTO_REGION}\nok +credentials +account ${MOTO_ACCOUNT}\nmissing +bootstrap`),
    );
    expect(stderr).toContain(`npx cdk bootstrap aws://${MOTO_ACCOUNT}/${MOTO_REGION}`);
  });

  describe('bootstrapped', () => {
    beforeAll(
      () =>
        cdk(['bootstrap', `aws://${MOTO_ACCOUNT}/${MOTO_REGION}`], {
          ...moto,
          home,
        }),
      300_000,
    );

    test('nobody at the terminal: says what it would create and cost, creates nothing, exit code 2', async () => {
      const { exitCode, stdout, stderr } = await quickstart();
      expect(exitCode).toBe(2);
      expect(stdout).toMatch(/1 +AWS::DynamoDB::Table/);
      expect(stdout).toMatch(/Rough cost: \$\d+\.\d\d a month/);
      expect(stderr).toContain('--yes');
      expect(await stackStatus()).toBeUndefined();
    }, 120_000);

    test('a no at the question changes nothing, calmly', async () => {
      const before = { ...process.env };
      Object.assign(process.env, moto.env);
      const questions: string[] = [];
      const ask = async (question: string) => {
        questions.push(question);
        return false;
      };
      const argv = ['quickstart', '--aws', '--stack-name', STACK];
      const { exitCode, output } = await runCli(argv, { env: process.env, ask });
      process.env = before;

      expect(questions).toEqual([`Create these in account ${MOTO_ACCOUNT}, ${MOTO_REGION}?`]);
      expect(exitCode).toBe(1);
      expect(output.messages.at(-1)).toMatchObject({ code: 'Declined', level: 'notice' });
      expect(output.text).toMatch(/\nNothing was changed\.$/);
      expect(await stackStatus()).toBeUndefined();
    }, 120_000);

    test('--yes deploys, seeds and prints the curl lines', async () => {
      const { exitCode, stdout, stderr } = await quickstart('--yes');
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(await stackStatus()).toBe('CREATE_COMPLETE');
      expect(stdout.match(/^ +curl -i .*execute-api/gm)).toHaveLength(8);
      expect(statSync(keysFile()).mode & 0o777).toBe(0o600);
      const { keys } = JSON.parse(readFileSync(keysFile(), 'utf8')) as { keys: Record<string, string> };
      expect(Object.entries(keys).map(([id, key]) => parseKey(key)?.accountId === id)).toEqual(
        Array(6).fill(true),
      );
    }, 120_000);

    test('the account commands find the stack by its name', async () => {
      const { stdout } = await paywall('accounts', 'show', 'demopastdue', '--stack', STACK, '--json');
      expect(JSON.parse(stdout)).toMatchObject({
        code: 'AccountShown',
        standing: { plan: 'pro', now: { status: 402, problem: { reason: 'payment_failed' } } },
      });
    }, 60_000);

    test('--destroy removes it all', async () => {
      expect(await quickstart('--destroy', '--yes')).toMatchObject({ exitCode: 0 });
      expect(await stackStatus()).toBeUndefined();
      expect(existsSync(keysFile())).toBe(false);
    }, 120_000);
  });

  /** Status of the stack; `undefined`: there is none. */
  async function stackStatus(): Promise<string | undefined> {
    const client = new CloudFormationClient({
      endpoint: moto.url,
      region: MOTO_REGION,
      credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    });
    try {
      const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: STACK }));
      return Stacks?.[0]?.StackStatus;
    } catch (error) {
      if ((error as Error).name === 'ValidationError') return undefined;
      throw error;
    } finally {
      client.destroy();
    }
  }
});
