import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { type ResolvedStack } from '../contract';
import { EngineError, messageOf } from '../engine-error';
import { type AssetIndex } from './assets';
import { exists } from './exists';
import { readAssembly, readTemplate } from './manifest';
import { StackScope, type Exports } from './stack-scope';
import { type StackSource } from './stack-source';
import { ownValue } from '../own-value';

/** A resolved stack together with the files that it is made of. */
export interface LoadedStack extends ResolvedStack {
  readonly assets: AssetIndex;
  readonly templateFile: string;
}

export interface LoadOptions {
  /** Values of template parameters, by `Name` (every stack that declares it) or `Stack:Name`. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Finds the sources; a template inside an assembly keeps the name, environment and assets that the assembly gives. */
async function readSources(path: string): Promise<StackSource[]> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw new EngineError('FileNotFound', `cannot read ${path}: ${messageOf(cause)}`, { cause });
  });
  if (stats.isDirectory()) return readAssembly(path);
  const directory = dirname(path);
  if (basename(path) === 'manifest.json') return readAssembly(directory);
  if (await exists(resolve(directory, 'manifest.json'))) {
    const sources = await readAssembly(directory).catch(() => []);
    const own = sources.filter(({ templateFile }) => resolve(templateFile) === path);
    if (own.length > 0) return own;
  }
  return [await readTemplate(path)];
}

/** Looks a parameter up among the overrides, then among the values that the assembly carries. */
function overrideOf(source: StackSource, given: Readonly<Record<string, string>>) {
  return (name: string) =>
    ownValue(given, `${source.name}:${name}`) ?? ownValue(given, name) ?? ownValue(source.parameters, name);
}

function validateParameterNames(
  sources: readonly StackSource[],
  given: Readonly<Record<string, string>>,
): void {
  const known = sources.flatMap(({ name, template }) =>
    Object.keys(template.Parameters).flatMap((parameter) => [parameter, `${name}:${parameter}`]),
  );
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const declared = [...new Set(known.filter((name) => !name.includes(':')))];
  throw new EngineError(
    'ParameterUnknown',
    `no stack has the parameter ${unknown.join(', ')}; there ${declared.length > 0 ? `are: ${declared.join(', ')}` : 'are none'}`,
  );
}

/** Exports belong to an account and Region: stacks elsewhere cannot import them. */
class AssemblyExports implements Exports {
  readonly scopes: StackScope[] = [];

  exported(name: string, from: StackScope): unknown {
    const neighbours = this.scopes.filter(
      ({ env }) => env.region === from.env.region && env.accountId === from.env.accountId,
    );
    for (const scope of neighbours) {
      const output = scope.exportNames().find(([exportName]) => exportName === name)?.[1];
      if (output !== undefined) return scope.output(output);
    }
    throw new EngineError('UnresolvedReference', `no stack of the assembly exports ${name}`);
  }

  output(stackName: string, outputName: string, region: string): unknown {
    const scope = this.scopes.find(({ env }) => env.stackName === stackName && env.region === region);
    if (!scope) {
      throw new EngineError('UnresolvedReference', `the assembly has no stack ${stackName} in ${region}`);
    }
    return scope.output(outputName);
  }
}

function withNested(scope: StackScope): StackScope[] {
  return [scope, ...scope.children().flatMap(withNested)];
}

function finish(scope: StackScope): LoadedStack {
  const { env, source } = scope;
  return {
    name: env.stackName,
    accountId: env.accountId,
    region: env.region,
    partition: env.partition,
    resources: scope.resources(),
    outputs: scope.outputs(),
    assets: source.assets,
    templateFile: source.templateFile,
  };
}

/**
 * Loads a synthesized cloud assembly (its directory or manifest.json) or one template (JSON or YAML) and resolves
 * every resource in it. Nested stacks follow their parent.
 *
 * @throws EngineError FileNotFound, NotJsonOrYaml, NotATemplate, NotAnAssembly, AssemblyIncomplete,
 *   UnsupportedTransform, UnsupportedIntrinsic, InvalidIntrinsic, UnresolvedReference, CyclicReference,
 *   ParameterMissing, ParameterInvalid, ParameterUnknown
 */
export async function loadAssembly(path: string, options: LoadOptions = {}): Promise<LoadedStack[]> {
  try {
    return await load(path, options);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const message = `${path} does not have the shape of a cloud assembly or template: ${messageOf(error)}`;
    throw new EngineError('NotATemplate', message, { cause: error });
  }
}

async function load(path: string, options: LoadOptions): Promise<LoadedStack[]> {
  const sources = await readSources(resolve(path));
  const given = options.parameters ?? {};
  validateParameterNames(sources, given);
  const exports = new AssemblyExports();
  exports.scopes.push(...sources.map((source) => new StackScope(source, exports, overrideOf(source, given))));
  return exports.scopes.flatMap(withNested).map(finish);
}
