import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PaywallError } from '../errors/paywall-error';

const PACKAGE_NAME = 'cdk-api-paywall';

/**
 * Folder of a function's bundle. Found from the package's root, so that a clone, an installed package and a bundled
 * CLI behave alike.
 *
 * @throws PaywallError when the package has not been built
 */
export function functionBundle(name: string, constructPath: string): string {
  const folder = join(packageRoot(__dirname), 'dist', 'lambda', name);
  if (existsSync(join(folder, 'index.js'))) return folder;
  throw new PaywallError(constructPath, [
    {
      code: 'FunctionBundleMissing',
      message: `code of the function '${name}' must be in ${folder}, got no index.js there; run \`npm run build\``,
    },
  ]);
}

function packageRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (isPackageRoot(folder)) return folder;
    // Of a file system without our package.json above this file, nothing can be said.
    if (dirname(folder) === folder) throw new Error(`no package.json of ${PACKAGE_NAME} above ${start}`);
  }
}

function isPackageRoot(folder: string): boolean {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return false;
  return (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === PACKAGE_NAME;
}
