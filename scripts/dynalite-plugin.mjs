import { readFile } from 'node:fs/promises';

/**
 * Lets esbuild bundle dynalite, which builds some of its module names at run time: esbuild bundles every file that
 * such a name may mean, but under its full name, while dynalite leaves the extension out.
 *
 * @type {import('esbuild').Plugin}
 */
export const dynalitePlugin = {
  name: 'dynalite',
  setup(build) {
    build.onLoad({ filter: /node_modules[\\/]dynalite[\\/]index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replace(
        /require\('(\.\/(?:actions|validations)\/)' \+ action\)/g,
        "require('$1' + action + '.js')",
      );
      if (contents === source)
        throw new Error(`${path} has changed: dynalite cannot be bundled like this any more`);
      return { contents };
    });
  },
};
