import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export type Handler = (event: unknown, context: unknown, callback: unknown) => unknown;

/** An error under the name that the Lambda runtime gives to it. */
export class RuntimeError extends Error {
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** The nearest package.json decides whether `.js` means ES module. */
function isModulePackage(directory: string): boolean {
  if (basename(directory) === 'node_modules') return false;
  const file = join(directory, 'package.json');
  if (existsSync(file))
    return (JSON.parse(readFileSync(file, 'utf8')) as { type?: string }).type === 'module';
  return dirname(directory) !== directory && isModulePackage(dirname(directory));
}

/**
 * Loads a module in the order of the Lambda runtime: as it is named, `.js`, `.mjs`, `.cjs`.
 *
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/UserFunction.js
 */
async function loadModule(path: string): Promise<unknown> {
  const require = createRequire(path);
  const load = (file: string, asModule: boolean) =>
    asModule
      ? (import(pathToFileURL(file).href) as Promise<unknown>)
      : Promise.resolve(require(file) as unknown);
  const candidates: [file: string, asModule: boolean][] = [
    [path, false],
    [`${path}.js`, isModulePackage(dirname(path))],
    [`${path}.mjs`, true],
    [`${path}.cjs`, false],
  ];
  for (const [file, asModule] of candidates) {
    if (existsSync(file)) return load(file, asModule);
  }
  throw new RuntimeError(
    'Runtime.ImportModuleError',
    `cannot find module '${basename(path)}' in ${dirname(path)}`,
  );
}

/** Node writes file and line above the code that it could not read, and into no property of the error. */
function placeOf({ stack = '' }: SyntaxError): string {
  const place = /^(?:file:\/\/)?(\S.*:\d+)\n/.exec(stack)?.[1];
  return place === undefined ? '' : ` at ${place}`;
}

function nameLoadError(error: unknown): unknown {
  if (error instanceof SyntaxError) {
    const message = `${error.message}${placeOf(error)}`;
    return new RuntimeError('Runtime.UserCodeSyntaxError', message, { cause: error });
  }
  const code = (error as { code?: unknown } | null)?.code;
  if (error instanceof Error && (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND')) {
    return new RuntimeError('Runtime.ImportModuleError', error.message.split('\n')[0]!, { cause: error });
  }
  return error;
}

/**
 * Loads the function that a handler string (`folder/file.export.nested`) names.
 *
 * @throws RuntimeError named Runtime.MalformedHandlerName, Runtime.ImportModuleError, Runtime.UserCodeSyntaxError
 *   or Runtime.HandlerNotFound; whatever the module itself throws
 */
export async function loadHandler(taskRoot: string, handler: string): Promise<Handler> {
  const file = basename(handler);
  const dot = file.indexOf('.');
  if (dot <= 0 || handler.includes('..')) {
    throw new RuntimeError(
      'Runtime.MalformedHandlerName',
      `'${handler}' is not a valid handler; use file.export`,
    );
  }
  const path = resolve(taskRoot, dirname(handler), file.slice(0, dot));
  const loaded = await loadModule(path).catch((error: unknown) => {
    throw nameLoadError(error);
  });
  const found = file
    .slice(dot + 1)
    .split('.')
    .reduce<unknown>((object, key) => (object as Record<string, unknown> | undefined)?.[key], loaded);
  if (typeof found !== 'function') {
    const problem = found === undefined ? 'is undefined or not exported' : 'is not a function';
    throw new RuntimeError('Runtime.HandlerNotFound', `${handler} ${problem}`);
  }
  return found as Handler;
}
