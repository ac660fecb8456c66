// Bundles everything that runs as plain JavaScript into dist/: the CLI, the CDK app, one folder for each
// Lambda function, and the worker threads of the local engine. The library itself (dist/lib) is compiled by
// jsii, at pack time and in CI only: the quick start does not wait for it.
import { build } from 'esbuild';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dynalitePlugin } from './dynalite-plugin.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const quiet = process.argv.includes('--quiet');
const started = process.hrtime.bigint();

/** Folders of lambda/ that functions share. */
const SHARED = ['store', 'billing', 'http'];
const functions = readdirSync(join(root, 'lambda'), { withFileTypes: true })
  .filter((d) => d.isDirectory() && !SHARED.includes(d.name))
  .map((d) => d.name);

const present = (entries) =>
  Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(join(root, file))));

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  legalComments: 'none',
  logLevel: 'warning',
  // A bundle that silently lacks a module fails at the customer's first request: fail here instead.
  logOverride: { 'unresolved-import': 'error', 'require-resolve-not-external': 'error' },
};

// Only a package has to be free of what an earlier build left; otherwise running programs keep their files.
if (process.argv.includes('--clean')) rmSync(join(root, 'dist'), { recursive: true, force: true });

await Promise.all([
  build({
    ...common,
    target: 'node20',
    entryPoints: present({ 'bin/paywall': 'bin/paywall.ts', 'bin/app': 'bin/app.ts' }),
    outdir: 'dist',
    external: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs', '@aws-cdk/toolkit-lib'],
  }),
  build({
    ...common,
    target: 'node20',
    entryPoints: present({
      'local/function-worker': 'local/lambda/function-worker.ts',
      'local/dynamodb-worker': 'local/dynamodb/dynamodb-worker.ts',
    }),
    outdir: 'dist',
    // classic-level is a native addon that dies outside node_modules; the engine keeps its tables in memory.
    alias: { level: 'memory-level' },
    plugins: [dynalitePlugin],
  }),
  ...functions.map((name) =>
    build({
      ...common,
      // Lambda runtime nodejs22.x; the local engine runs the very same file on Node 20.
      target: 'node20',
      minify: true,
      keepNames: true,
      entryPoints: [`lambda/${name}/index.ts`],
      outfile: `dist/lambda/${name}/index.js`,
    }),
  ),
]);

if (!quiet) {
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  console.log(`built dist/ (${functions.length} functions) in ${Math.round(ms)} ms`);
}
