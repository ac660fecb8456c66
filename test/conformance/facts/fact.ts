/** What holds a fact: exactly one of them is needed, several are welcome. */
export type Proof =
  /** A conformance case, which can be sent to AWS as well. */
  | { readonly kind: 'case'; readonly api: string; readonly name: string }
  /** Part of a test's name or table, below test/local. */
  | { readonly kind: 'test'; readonly file: string; readonly text: string }
  /** A row of the table of choices in docs/local-engine.md: the sheet does not confirm the fact. */
  | { readonly kind: 'choice'; readonly question: string }
  | { readonly kind: 'not-imitated'; readonly why: string };

/** A fact of the sheet, in short. */
export interface Fact {
  /** Section of the sheet. */
  readonly section: string;
  readonly text: string;
  readonly proofs: readonly Proof[];
}

/** @param proofs `api: case name`, `file.test.ts > part of a name`, `choice > question`, `no > why not` */
export function fact(section: string, text: string, ...proofs: readonly string[]): Fact {
  return { section, text, proofs: proofs.map(proof) };
}

function proof(text: string): Proof {
  const at = text.indexOf(' > ');
  if (at < 0) {
    const colon = text.indexOf(': ');
    return { kind: 'case', api: text.slice(0, colon), name: text.slice(colon + 2) };
  }
  const [place, rest] = [text.slice(0, at), text.slice(at + 3)];
  if (place === 'choice') return { kind: 'choice', question: rest };
  if (place === 'no') return { kind: 'not-imitated', why: rest };
  return { kind: 'test', file: place, text: rest };
}
