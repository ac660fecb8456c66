import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { parseKey } from '../../lib/domain/key';
import { get, hangUp } from '../helpers/get';
import { buildOffer } from '../helpers/offer';
import { PaywallProcess } from '../helpers/paywall-process';

/** An API with one method that a function answers. */
function buildTemplate(code: string): object {
  const stage = { RestApiId: { Ref: 'Api' } };
  return {
    Parameters: { Greeting: { Type: 'String', Default: 'hello' } },
    Resources: {
      Accounts: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
        },
      },
      Greeter: {
        Type: 'AWS::Lambda::Function',
        Metadata: { 'cdk-api-paywall': { role: 'authorizer', catalogue: buildOffer() } },
        Properties: {
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Role: 'role',
          Code: { ZipFile: code },
          Environment: { Variables: { ACCOUNT_TABLE: { Ref: 'Accounts' }, GREETING: { Ref: 'Greeting' } } },
        },
      },
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'Greetings' } },
      Method: {
        Type: 'AWS::ApiGateway::Method',
        Properties: {
          ...stage,
          ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
          HttpMethod: 'GET',
          AuthorizationType: 'NONE',
          Integration: {
            Type: 'AWS_PROXY',
            IntegrationHttpMethod: 'POST',
            Uri: {
              'Fn::Sub':
                'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Greeter.Arn}/invocations',
            },
          },
        },
      },
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: { Ref: 'Greeter' },
          Principal: 'apigateway.amazonaws.com',
        },
      },
      Deployment: { Type: 'AWS::ApiGateway::Deployment', DependsOn: ['Method'], Properties: stage },
      Stage: {
        Type: 'AWS::ApiGateway::Stage',
        Properties: { ...stage, DeploymentId: { Ref: 'Deployment' }, StageName: 'prod' },
      },
    },
  };
}

const GREETER = 'exports.handler = async () => ({ statusCode: 200, body: process.env.GREETING });';

let cwd: string;
const running: PaywallProcess[] = [];

function paywall(...argv: string[]): PaywallProcess {
  const started = new PaywallProcess(argv, cwd);
  running.push(started);
  return started;
}

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'paywall-test-'));
  writeFileSync(join(cwd, 'template.json'), JSON.stringify(buildTemplate(GREETER)));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((child) => child.stop('SIGKILL')));
  hangUp();
  rmSync(cwd, { recursive: true, force: true });
});

describe('paywall local', () => {
  test('with --json the first line tells where each API is, later ones what was asked of it', async () => {
    const local = paywall('local', 'template.json', '--json', '--parameter', 'Greeting=good morning');
    const ready = JSON.parse(await local.firstLine()) as { apis: { url: string }[] };
    expect(ready).toMatchObject({
      code: 'LocalReady',
      apis: [
        {
          logicalId: 'Api',
          stage: 'prod',
          url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/prod\/$/),
        },
      ],
      endpoints: [{ logicalId: 'Api', method: 'GET', path: '/' }],
      pid: local.pid,
    });
    expect(await get(ready.apis[0]!.url)).toMatchObject({ status: 200, text: 'good morning' });
    await local.until('RequestServed');
    expect(JSON.parse(local.stdout.split('\n')[1]!)).toMatchObject({
      code: 'RequestServed',
      method: 'GET',
      status: 200,
    });
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends it in order', async (signal) => {
    const local = paywall('local', 'template.json');
    await local.until('Press Ctrl-C');
    const discovery = join(cwd, '.paywall', 'local.json');
    expect(JSON.parse(readFileSync(discovery, 'utf8'))).toMatchObject({ pid: local.pid });
    expect(await local.stop(signal)).toBe(0);
    expect(existsSync(join(cwd, '.paywall'))).toBe(false);
    expect(local.stderr).toBe('');
  });

  test('--trace tells how a request was decided', async () => {
    const local = paywall('local', 'template.json', '--trace');
    await local.until('Press Ctrl-C');
    await get(/http:\S+/.exec(local.stdout)![0]);
    await local.until('200 INTEGRATION');
    const lines = local.stdout.slice(local.stdout.indexOf('200  GET')).trim().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(
        /^200 {2}GET {5}\/prod\/ {2}INTEGRATION {2}[\d.]+ ms \(authorizer 0, integration [\d.]+\) {2}[\da-f-]{36}$/,
      ),
      ...[
        'route',
        'resource policy',
        'authorizer',
        'usage plan',
        'validation',
        'integration',
        'response',
      ].map((step) => expect.stringMatching(new RegExp(`^ +[\\d.]+ ms {2}${step} `))),
    ]);
  });

  describe('--access-log', () => {
    const withLog = (Format: string): string => {
      const template = buildTemplate(GREETER) as {
        Resources: { Stage: { Properties: Record<string, unknown> } };
      };
      template.Resources.Stage.Properties.AccessLogSetting = { DestinationArn: 'arn:aws:logs:x', Format };
      return JSON.stringify(template);
    };
    const call = async (local: PaywallProcess): Promise<void> => {
      await local.until('Press Ctrl-C');
      await get(/http:\S+/.exec(local.stdout)![0]);
    };

    test('appends to a file, in the format of the stage', async () => {
      writeFileSync(
        join(cwd, 'template.json'),
        withLog('$context.httpMethod $context.status $context.waf.error'),
      );
      const file = join(cwd, 'logs', 'access.log');
      for (const lines of [1, 2]) {
        const local = paywall('local', 'template.json', '--access-log', 'logs/access.log');
        await call(local);
        expect(await local.stop('SIGINT')).toBe(0);
        expect(readFileSync(file, 'utf8')).toBe('GET 200 -\n'.repeat(lines));
        expect(local.stdout).not.toContain('GET 200 -');
      }
    });

    test('- prints, as a message with --json', async () => {
      writeFileSync(join(cwd, 'template.json'), withLog('$context.httpMethod $context.status'));
      const local = paywall('local', 'template.json', '--access-log', '-');
      await call(local);
      await local.until('GET 200\n');
      const json = paywall('local', 'template.json', '--access-log', '-', '--json');
      const { apis } = JSON.parse(await json.firstLine()) as { apis: { url: string }[] };
      await get(apis[0]!.url);
      await json.until('RequestServed');
      expect(JSON.parse(json.stdout.split('\n')[1]!)).toMatchObject({
        code: 'AccessLogged',
        api: 'Api',
        stage: 'prod',
        line: 'GET 200',
      });
    });

    test('says when no stage has a format', async () => {
      const local = paywall('local', 'template.json', '--access-log', '-');
      await local.until('Press Ctrl-C');
      expect(local.stderr).toContain('--access-log has nothing to write');
    });

    test('refuses a file that cannot be written', async () => {
      const local = paywall('local', 'template.json', '--access-log', 'template.json/access.log');
      expect(await local.exit()).toBe(1);
      expect(local.stderr).toContain('[AccessLogNotWritable]');
    });
  });

  test('a reader that goes away ends it in order', async () => {
    const local = paywall('local', 'template.json', '--json');
    const { apis } = JSON.parse(await local.firstLine()) as { apis: { url: string }[] };
    local.closeStdout();
    await get(apis[0]!.url);
    expect(await local.exit()).toBe(0);
    expect(existsSync(join(cwd, '.paywall'))).toBe(false);
  });

  test('--watch serves what was changed, and what was before when the change is broken', async () => {
    const local = paywall('local', 'template.json', '--watch');
    await local.until('Press Ctrl-C');
    const url = /http:\S+/.exec(local.stdout)![0];
    expect(await get(url)).toMatchObject({ text: 'hello' });

    writeFileSync(
      join(cwd, 'template.json'),
      JSON.stringify(buildTemplate(GREETER.replace('process.env', "'changed' + process.env"))),
    );
    await local.until('reloaded in');
    expect(await get(url)).toMatchObject({ status: 200, text: 'changedhello' });

    writeFileSync(join(cwd, 'template.json'), '{ "Resources": ');
    await local.until('not reloaded:');
    expect(await get(url)).toMatchObject({ status: 200, text: 'changedhello' });
  });

  test('--data keeps accounts from one run to the next', async () => {
    const first = paywall('local', 'template.json', '--data', 'data');
    await first.until('Press Ctrl-C');
    expect(await paywall('accounts', 'create', 'acme', '--plan', 'pro').exit()).toBe(0);
    expect(await first.stop('SIGINT')).toBe(0);

    const second = paywall('local', 'template.json', '--data', 'data');
    await second.until('Press Ctrl-C');
    expect(await paywall('accounts', 'show', 'acme').exit()).toBe(0);
  });

  test('--clock moves what functions take for now, --secret gives them what the stacks import', async () => {
    const clock = 'exports.handler = async () => ({ statusCode: 200, body: new Date().toISOString() });';
    writeFileSync(join(cwd, 'template.json'), JSON.stringify(buildTemplate(clock)));
    const local = paywall(
      'local',
      'template.json',
      '--clock',
      '2031-05-06',
      '--secret',
      'stripe=whsec_1',
      '--key-delay',
      '60',
    );
    await local.until('Press Ctrl-C');
    expect((await get(/http:\S+/.exec(local.stdout)![0])).text).toMatch(/^2031-05-06T00:0/);
  });

  test('--env sets variables of every function, and other processes are told of them', async () => {
    const code = `exports.handler = async () => ({ statusCode: 200, body: process.env.GREETING + process.env.TONE });`;
    writeFileSync(join(cwd, 'template.json'), JSON.stringify(buildTemplate(code)));
    const local = paywall('local', 'template.json', '--env', 'GREETING=salut', '--env', 'TONE=a=b');
    await local.until('Press Ctrl-C');
    expect((await get(/http:\S+/.exec(local.stdout)![0])).text).toBe('saluta=b');
    const { functions } = JSON.parse(readFileSync(join(cwd, '.paywall/local.json'), 'utf8')) as {
      functions: object[];
    };
    expect(functions).toMatchObject([{ environment: { GREETING: 'salut', TONE: 'a=b' } }]);
  });

  test.each([
    ['AWS_REGION=eu-west-1', 'VariableReserved'],
    ['AWS_ENDPOINT_URL_SQS=http://elsewhere', 'VariableReserved'],
    ['LAMBDA_TASK_ROOT=/tmp', 'VariableReserved'],
    ['_HANDLER=other', 'VariableNameInvalid'],
    ['A-B=c', 'VariableNameInvalid'],
  ])('functions cannot be given the variable %s', async (variable, code) => {
    const local = paywall('local', 'template.json', '--env', variable);
    expect(await local.exit()).toBe(1);
    expect(local.stderr).toContain(`[${code}]`);
  });

  test('functions run in UTC and in the folder of their code, wherever the engine does', async () => {
    const code = `const { resolve } = require('node:path'); exports.handler = async () => ({ statusCode: 200,
      body: [new Date(0).toString(), new Date(2030, 0).toISOString(), resolve('.') === __dirname].join() });`;
    writeFileSync(join(cwd, 'template.json'), JSON.stringify(buildTemplate(code)));
    const local = new PaywallProcess(['local', 'template.json'], cwd, { TZ: 'America/New_York' });
    running.push(local);
    await local.until('Press Ctrl-C');
    expect((await get(/http:\S+/.exec(local.stdout)![0])).text).toBe(
      'Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time),2030-01-01T00:00:00.000Z,true',
    );
  });

  test('the clock of a running engine is moved, and account commands go by it', async () => {
    const clock = 'exports.handler = async () => ({ statusCode: 200, body: new Date().toISOString() });';
    writeFileSync(join(cwd, 'template.json'), JSON.stringify(buildTemplate(clock)));
    const local = paywall('local', 'template.json', '--clock', '2031-05-06T10:00:00Z');
    await local.until('Press Ctrl-C');
    const url = /http:\S+/.exec(local.stdout)![0];

    const moved = paywall('local', 'clock', '+3d');
    expect(await moved.exit()).toBe(0);
    expect(moved.stdout).toMatch(/the engine's clock 2031-05-09T10:0/);
    await local.until('2031-05-09T10:0');
    expect((await get(url)).text).toMatch(/^2031-05-09T10:0/);

    expect(await paywall('local', 'clock', '2031-06-01').exit()).toBe(0);
    const shown = paywall('local', 'clock', '--json');
    expect(await shown.exit()).toBe(0);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      code: 'EngineClock',
      now: expect.stringMatching(/^2031-06-01T00:0/),
    });

    const keyed = paywall(
      'accounts',
      'create',
      'acme',
      '--plan',
      'pro',
      '--status',
      'active',
      '--paid-through',
      '30d',
    );
    expect(await keyed.exit()).toBe(0);
    expect(keyed.stdout).toContain('2031-07-01');

    const back = paywall('local', 'clock', '2031-05-01');
    expect(await back.exit()).toBe(1);
    expect(back.stderr).toMatch(/only moves forwards.*\[ClockBackwards\]/);
  });

  test.each(['-1d', 'tomorrow'])('no clock is moved by %s', async (move) => {
    const moved = paywall('local', 'clock', move);
    expect(await moved.exit()).toBe(2);
    expect(moved.stderr).toContain(`got '${move}' [BadClockMove]`);
    expect(moved.stderr).toContain('it moves forwards only');
  });

  test('the clock of no engine cannot be moved', async () => {
    const moved = paywall('local', 'clock', '+3d');
    expect(await moved.exit()).toBe(2);
    expect(moved.stderr).toContain('[NoTarget]');
  });

  test.each([
    [['--clock', 'tomorrow'], 'BadInstant'],
    [['--key-delay', '1m'], 'BadSeconds'],
    [['--secret', 'stripe'], 'BadParameter'],
    [['--env', 'STAGE'], 'BadParameter'],
    [['--data', 'data', '--dynamodb', 'http://127.0.0.1:8000'], 'OptionConflict'],
  ])('refuses %j', async (options, code) => {
    const local = paywall('local', 'template.json', ...options);
    expect(await local.exit()).toBe(2);
    expect(local.stderr).toContain(`[${code}]`);
  });

  test('a port that is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const local = paywall('local', 'template.json', '--port', `${port}`);
    expect(await local.exit()).toBe(1);
    expect(local.stderr).toMatch(new RegExp(`port ${port} is taken.*\\[PortTaken\\]`));
    await new Promise((resolve) => server.close(resolve));
  });

  test('a function that fails to load', async () => {
    writeFileSync(
      join(cwd, 'template.json'),
      JSON.stringify(buildTemplate('throw new Error("no licence key");')),
    );
    const local = paywall('local', 'template.json');
    expect(await local.exit()).toBe(1);
    expect(local.stderr).toMatch(/Greeter[^]*no licence key[^]*\[FunctionLoadFailed\]/);
  });

  test('a bundle that is missing', async () => {
    const template = buildTemplate('') as { Resources: Record<string, any> };
    template.Resources.Greeter.Properties.Code = { S3Bucket: 'assets', S3Key: 'greeter.zip' };
    writeFileSync(join(cwd, 'template.json'), JSON.stringify(template));
    const local = paywall('local', 'template.json', '--json');
    expect(await local.exit()).toBe(1);
    expect(JSON.parse(local.stderr.trim())).toMatchObject({ code: 'FunctionCodeMissing', level: 'error' });
  });
});

test('account and key commands find the engine that runs for the directory', async () => {
  const local = paywall('local', 'template.json');
  await local.until('Press Ctrl-C');

  const created = paywall('accounts', 'create', 'acme', '--plan', 'pro', '--json');
  expect(await created.exit()).toBe(0);
  expect(JSON.parse(created.stdout)).toMatchObject({
    code: 'AccountCreated',
    standing: { account: 'acme', plan: 'pro' },
  });

  const keyed = paywall('keys', 'create', 'acme', '--label', 'ci', '--expires', '90d', '--json');
  expect(await keyed.exit()).toBe(0);
  expect(parseKey((JSON.parse(keyed.stdout) as { key: string }).key)).toEqual({
    prefix: 'pw_test',
    accountId: 'acme',
  });

  const shown = paywall('accounts', 'show', 'acme');
  expect(await shown.exit()).toBe(0);
  expect(shown.stdout).toMatch(/account acme on the local engine[^]*plan +pro[^]*now +200/);

  const missing = paywall('accounts', 'show', 'acne');
  expect(await missing.exit()).toBe(1);
  expect(missing.stderr).toContain("there is no account 'acne' [NoSuchAccount]");

  const unknown = paywall('accounts', 'create', 'other', '--plan', 'prp');
  expect(await unknown.exit()).toBe(2);
  expect(unknown.stderr).toContain("did you mean 'pro'?");
});

describe('paywall quickstart', () => {
  test('--check makes the calls and compares the answers', async () => {
    const check = paywall('quickstart', '--check', '--json');
    expect(await check.exit()).toBe(0);
    const { passed, rows } = JSON.parse(check.stdout) as { passed: boolean; rows: { passed: boolean }[] };
    expect({ passed, failed: rows.filter((row) => !row.passed) }).toEqual({ passed: true, failed: [] });
    expect(existsSync(join(cwd, '.paywall'))).toBe(false);
  });

  test('the curl lines that it prints answer what they say, until Ctrl-C', async () => {
    const quickstart = paywall('quickstart');
    await quickstart.until('Press Ctrl-C');
    const lines = quickstart.stdout.split('\n').filter((line) => line.trim().startsWith('curl -i '));
    expect(lines).toHaveLength(8);

    const [, key, url] = /-H 'Authorization: Bearer (\S+)' (\S+)$/.exec(lines[2]!)!;
    expect(await get(url!, key)).toMatchObject({ status: 200 });
    expect(await quickstart.stop('SIGINT')).toBe(0);
  });
});
