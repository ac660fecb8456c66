// Runs one benchmark of test/bench: `npm run bench -- metering`. Bundled first, so that no compiler is measured.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const names = readdirSync(join(root, 'test/bench'))
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.replace('.bench.ts', ''));
const [name, ...rest] = process.argv.slice(2);

if (!names.includes(name)) {
  console.error(`npm run bench -- <name>: name must be one of ${names.join(', ')}, got '${name ?? ''}'`);
  process.exit(2);
}

await build({
  absWorkingDir: root,
  entryPoints: [`test/bench/${name}.bench.ts`],
  outfile: `dist/bench/${name}.js`,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});
const { status } = spawnSync(process.execPath, [join(root, `dist/bench/${name}.js`), ...rest], {
  stdio: 'inherit',
  cwd: root,
});
process.exit(status ?? 1);
