import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../engine-error';
import { type FunctionSpec } from './function-spec';
import { unzip } from './unzip';

/**
 * Makes sure that the code of a function is on this machine.
 *
 * @throws FunctionCodeMissing
 */
export async function verifyCode({ code, name, path }: FunctionSpec): Promise<void> {
  if (code.kind === 'elsewhere') {
    throw new EngineError(
      'FunctionCodeMissing',
      `the code of function ${name} is not among the assets of the assembly; synthesize it with an asset or inline code [${path}]`,
    );
  }
  if (code.kind === 'inline') return;
  await stat(code.path).catch((cause: unknown) => {
    throw new EngineError(
      'FunctionCodeMissing',
      `the code of function ${name} is missing: ${code.path} does not exist; build it and run \`cdk synth\` again [${path}]`,
      { cause },
    );
  });
}

/** Gives every function a directory with its code: the asset itself, or one made for inline code and archives. */
export class CodeDirectories {
  private temporary: Promise<string> | undefined;

  /** @throws FunctionCodeMissing, FunctionCodeBroken */
  async directoryOf(spec: FunctionSpec): Promise<string> {
    const { code, name } = spec;
    await verifyCode(spec);
    if (code.kind === 'asset' && (await stat(code.path)).isDirectory()) return code.path;
    const directory = await this.make(name);
    // Lambda names the file of inline code `index`: the handler is `index.<export>`.
    if (code.kind === 'inline') await writeFile(join(directory, 'index.js'), code.text);
    if (code.kind === 'asset') await unzip(code.path, directory);
    return directory;
  }

  /** Removes what was made. */
  async close(): Promise<void> {
    if (this.temporary) await rm(await this.temporary, { recursive: true, force: true });
  }

  private async make(name: string): Promise<string> {
    this.temporary ??= mkdtemp(join(tmpdir(), 'local-lambda-'));
    const directory = join(await this.temporary, name.replace(/[^A-Za-z0-9_-]/g, '_'));
    await mkdir(directory, { recursive: true });
    return directory;
  }
}
