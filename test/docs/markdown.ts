import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

/** A fenced block of a Markdown document. */
export interface Block {
  /** Heading above it. */
  readonly section: string;
  readonly language: string;
  readonly code: string;
}

/** The fenced blocks of a document of this repository, in order. */
export function blocksOf(document: string): Block[] {
  const blocks: Block[] = [];
  let section = '';
  let open: { language: string; lines: string[] } | undefined;
  for (const line of readFileSync(join(ROOT, document), 'utf8').split('\n')) {
    const fence = /^```(\w*)$/.exec(line);
    if (open && fence) {
      blocks.push({ section, language: open.language, code: open.lines.join('\n') });
      open = undefined;
    } else if (open) open.lines.push(line);
    else if (fence) open = { language: fence[1]!, lines: [] };
    else section = /^#+ (.*)$/.exec(line)?.[1] ?? section;
  }
  return blocks;
}

/** The lines of the `sh` blocks, with the heading above them. */
export function shellLines(document: string): { section: string; line: string }[] {
  return blocksOf(document)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ section, code }) => code.split('\n').map((line) => ({ section, line })))
    .filter(({ line }) => line !== '' && !line.startsWith('#'));
}

/** The words of a simple command line; quotes keep words together. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain!,
  );
}
