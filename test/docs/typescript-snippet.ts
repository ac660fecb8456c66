import { App, type Stack } from 'aws-cdk-lib';
import { join } from 'node:path';
import ts from 'typescript';
import * as library from '../../lib';
import * as backend from '../../lib/backend';
import { ROOT, type Block } from './markdown';

const PACKAGE_NAME = 'cdk-api-paywall';

/** Exports of a snippet once it has run. */
export interface SnippetModule {
  readonly app?: App;
  readonly Snippet?: new (app: App) => Stack;
  readonly handler?: (event: unknown) => Promise<unknown>;
}

/**
 * A snippet as a module: a whole app or a function stays as it is, and what uses `this` is the inside of a stack's
 * constructor.
 */
export function moduleOf({ code }: Block): string {
  if (code.includes('new App()')) return `${code}\nexport { app };\n`;
  if (/^export /m.test(code)) return code;
  const lines = code.split('\n');
  const imports = lines.filter((line) => line.startsWith('import '));
  const body = lines.filter((line) => !line.startsWith('import '));
  return [
    ...imports,
    `import * as surroundings from 'aws-cdk-lib';`,
    'export class Snippet extends surroundings.Stack {',
    '  constructor(app: surroundings.App) {',
    `    super(app, 'Snippet');`,
    ...body,
    '  }',
    '}',
    '',
  ].join('\n');
}

/** What a snippet of a few lines takes from the app around it, by the name that it uses. */
const SURROUNDINGS: Readonly<Record<string, string>> = {
  billing: `import('cdk-api-paywall').BillingWebhook`,
  reminder: `import('aws-cdk-lib/aws-lambda').IFunction`,
  welcome: `import('aws-cdk-lib/aws-lambda').IFunction`,
};

/** A snippet as a module that compiles: names which it takes from its surroundings are declared. */
export function compilableModuleOf(block: Block): string {
  const text = moduleOf(block);
  const taken = Object.entries(SURROUNDINGS).filter(
    ([name]) => new RegExp(`\\b${name}\\b`).test(text) && !new RegExp(`const ${name}\\b`).test(text),
  );
  return [text, ...taken.map(([name, type]) => `declare const ${name}: ${type};`), ''].join('\n');
}

/**
 * What the compiler says of each of several modules that import the library by its name, under the rules of this
 * repository. One program for all: most of the time goes into reading the CDK's types.
 */
export function typeErrors(modules: readonly string[]): string[][] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, ROOT);
  options.paths = {
    [PACKAGE_NAME]: [join(ROOT, 'lib', 'index.ts')],
    [`${PACKAGE_NAME}/backend`]: [join(ROOT, 'lib', 'backend.ts')],
  };
  const files = new Map(modules.map((text, index) => [join(ROOT, `snippet-${index + 1}.ts`), text]));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  const getSourceFile = host.getSourceFile.bind(host);
  host.readFile = (name) => files.get(name) ?? readFile.call(host, name);
  host.fileExists = (name) => files.has(name) || fileExists.call(host, name);
  host.getSourceFile = (name, target, ...rest) => {
    const text = files.get(name);
    return text === undefined
      ? getSourceFile(name, target, ...rest)
      : ts.createSourceFile(name, text, target);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].map((name) => {
    const file = program.getSourceFile(name)!;
    const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return diagnostics.map((diagnostic) => ts.formatDiagnostic(diagnostic, host));
  });
}

/** Runs a module; `cdk-api-paywall` is the library of this repository. */
export function runModule(text: string): SnippetModule {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exported: SnippetModule = {};
  const ours: Readonly<Record<string, unknown>> = {
    [PACKAGE_NAME]: library,
    [`${PACKAGE_NAME}/backend`]: backend,
  };
  const requireIt = (name: string): unknown => ours[name] ?? jest.requireActual(name);
  new Function('require', 'exports', outputText)(requireIt, exported);
  return exported;
}

/** The app of a snippet; `undefined` when the snippet is not infrastructure. */
export function appOf({ app, Snippet }: SnippetModule, outdir?: string): App | undefined {
  if (app || !Snippet) return app;
  const made = new App({ outdir });
  new Snippet(made);
  return made;
}
