import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAssembly } from '../../../local/assembly';
import { MovableClock } from '../../../local/clock';
import { type InvokerOptions, LocalInvoker, type LogLine } from '../../../local/lambda';
import { temporaryDirectory, writeTemplate } from '../assembly/template-file';

export interface FunctionOptions {
  readonly properties?: Record<string, unknown>;
  readonly options?: Partial<InvokerOptions>;
}

/** A stack of functions: invokers that close themselves after the tests, and the lines that their functions wrote. */
export function functionTests() {
  const directory = temporaryDirectory();
  const invokers: LocalInvoker[] = [];
  const lines: LogLine[] = [];
  let count = 0;
  afterAll(() => Promise.all(invokers.map((invoker) => invoker.close())));

  /** Files of an asset directory, by name; gives the asset's path. */
  const asset = (files: Record<string, string>) => {
    const path = join(directory, `asset.${count++}`);
    mkdirSync(path);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(path, name, '..'), { recursive: true });
      writeFileSync(join(path, name), text);
    }
    return path;
  };

  /** An invoker for functions given as code (inline) or as an asset's path. */
  const invoker = async (
    functions: Record<string, { code: string } | { asset: string }>,
    { properties, options }: FunctionOptions = {},
  ) => {
    const resources = Object.entries(functions).map(([name, source]) => [
      name,
      {
        Type: 'AWS::Lambda::Function',
        ...('asset' in source ? { Metadata: { 'aws:asset:path': source.asset } } : {}),
        Properties: {
          FunctionName: name,
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Code: 'asset' in source ? { S3Bucket: 'b', S3Key: 'k.zip' } : { ZipFile: source.code },
          ...properties,
        },
      },
    ]);
    const file = writeTemplate(
      directory,
      { Resources: Object.fromEntries(resources) },
      `Functions${count++}.json`,
    );
    const clock = new MovableClock();
    const made = new LocalInvoker(await loadAssembly(file), {
      clock,
      onLog: (line) => lines.push(line),
      ...options,
    });
    invokers.push(made);
    return Object.assign(made, { clock });
  };

  /** Invokes a function made of code once; gives the outcome. */
  const run = async (code: string, event: unknown = {}, setup: FunctionOptions = {}) =>
    (await invoker({ subject: { code } }, setup)).invoke('subject', JSON.stringify(event));

  return { asset, invoker, run, lines, directory };
}
