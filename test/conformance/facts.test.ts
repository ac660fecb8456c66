import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CASES } from './cases';
import { FACTS, type Proof } from './facts';
import { page } from './facts/table';

const ROOT = join(__dirname, '..', '..');
const PAGE = join(ROOT, 'docs', 'conformance.md');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const cases = new Set(Object.values(CASES).flatMap((all) => all.map(({ api, name }) => `${api}: ${name}`)));
const choices = new Set(
  [...read('docs/local-engine.md').matchAll(/^\| (.+?) +\| /gm)].map(([, question]) => question!.trim()),
);

function exists(proof: Proof): boolean {
  switch (proof.kind) {
    case 'case':
      return cases.has(`${proof.api}: ${proof.name}`);
    case 'test': {
      const file = join('test/local', proof.file);
      return existsSync(join(ROOT, file)) && read(file).includes(proof.text);
    }
    case 'choice':
      return choices.has(proof.question);
    case 'not-imitated':
      return proof.why !== '';
  }
}

test.each(FACTS.map((fact) => [`${fact.section}: ${fact.text}`, fact] as const))(
  '%s',
  (_name, { proofs }) => {
    expect(proofs).not.toEqual([]);
    expect(proofs.filter((proof) => !exists(proof))).toEqual([]);
  },
);

test('every case stands for a fact', () => {
  const sections = new Set(FACTS.map(({ section }) => section.split(' ')[0]));
  const strangers = Object.values(CASES)
    .flat()
    .filter(({ fact }) => !sections.has(fact.replace('AG ', '')));
  expect(strangers.map(({ fact, name }) => `${fact} ${name}`)).toEqual([]);
});

/** As `npm run format` would leave it. */
function formatted(text: string): string {
  const prettier = join(ROOT, 'node_modules', 'prettier', 'bin', 'prettier.cjs');
  return execFileSync(process.execPath, [prettier, '--stdin-filepath', PAGE], {
    input: text,
    cwd: ROOT,
  }).toString();
}

test('docs/conformance.md tells of all of them', () => {
  const wanted = formatted(page());
  if (process.env.UPDATE_DOCS) writeFileSync(PAGE, wanted);
  expect(readFileSync(PAGE, 'utf8')).toBe(wanted);
});
