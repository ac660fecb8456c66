import { type Engine, type LogLine, startEngine } from '../../../local';
import { until } from '../services/support';
import { temporaryDirectory, writeTemplate } from '../assembly/template-file';

const DAY_MS = 86_400_000;
const directory = temporaryDirectory();
const lines: LogLine[] = [];
let engine: Engine;

function functionOf(code: string): object {
  const Properties = { Runtime: 'nodejs22.x', Handler: 'index.handler', Role: 'r', Timeout: 30 };
  return {
    Type: 'AWS::Lambda::Function',
    Properties: { ...Properties, Code: { ZipFile: `exports.handler = ${code}` } },
  };
}

beforeAll(async () => {
  const target = { Id: 'Daily', Arn: { 'Fn::GetAtt': ['Daily', 'Arn'] } };
  const source = writeTemplate(directory, {
    Resources: {
      Waiter: functionOf(`async (event) => {
        console.log('waiting');
        while (Date.now() < event.until) await new Promise((resolve) => setTimeout(resolve, 5));
        return new Date().toISOString();
      };`),
      Daily: functionOf(`async (event) => console.log('due', event.time, 'at', new Date().toISOString());`),
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: { ScheduleExpression: 'cron(0 4 * * ? *)', Targets: [target] },
      },
    },
  });
  const clockOffsetMs = Date.UTC(2090, 0, 1, 12) - Date.now();
  engine = await startEngine({ source, clockOffsetMs, onLog: (line) => lines.push(line) });
});
afterAll(() => engine.close());

const said = (text: string) => lines.filter(({ message }) => message.startsWith(text));

test('a function that runs sees the clock move', async () => {
  const event = JSON.stringify({ until: Date.UTC(2090, 0, 1, 18) });
  const { arn } = engine.functions.find(({ logicalId }) => logicalId === 'Waiter')!;
  const running = engine.invoker.invoke(arn, event);
  await until(() => said('waiting').length > 0);
  engine.clock.advance(6 * 3_600_000);
  expect(await running).toMatchObject({ kind: 'success', payload: expect.stringMatching(/^"2090-01-01T18/) });
});

test('a rule that came due on the way fires, once for all the times that were skipped', async () => {
  engine.clock.set(Date.UTC(2090, 0, 5, 12));
  await until(() => said('due').length > 0);
  engine.clock.advance(DAY_MS);
  await until(() => said('due').length > 1);
  expect(said('due').map(({ message }) => message)).toEqual([
    expect.stringMatching(/^due 2090-01-05T04:00:00Z at 2090-01-05T12:0/),
    expect.stringMatching(/^due 2090-01-06T04:00:00Z at 2090-01-06T12:0/),
  ]);
});
