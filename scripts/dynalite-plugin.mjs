import { readFile } from 'node:fs/promises';

/**
 * Makes a parser remember what each rule found at each place. Dynalite's are generated without that, and try every rule
 * several times over: a dozen parentheses within each other would keep the emulator busy for hours.
 *
 * @see https://pegjs.org/documentation#generating-a-parser-javascript-api (option `cache`)
 */
function remembering(source) {
  const memory = `
  const remembered = new Map();
  function remember(rule, parse) {
    const place = rule + peg$currPos;
    const known = remembered.get(place);
    if (known) {
      peg$currPos = known.end;
      return known.result;
    }
    const result = parse();
    remembered.set(place, { end: peg$currPos, result });
    return result;
  }
  function peg$parseStart() {`;
  return source
    .replace(/function (peg\$parse(?!Start)\w+)\(\) \{/g, (_, name) => {
      const fresh = `${name}Afresh`;
      return `function ${name}() { return remember('${name}', ${fresh}); }\n  function ${fresh}() {`;
    })
    .replace('function peg$parseStart() {', () => memory);
}

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
    build.onLoad({ filter: /node_modules[\\/]dynalite[\\/]db[\\/]\w+Parser\.js$/ }, async ({ path }) => ({
      contents: remembering(await readFile(path, 'utf8')),
    }));
  },
};
