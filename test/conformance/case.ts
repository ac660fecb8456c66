/**
 * Conformance cases: plain data, so that the same requests can be sent to the local engine and to a deployed copy of
 * the stack. Each names the fact that it stands for; contested facts have no case.
 */

/** The REST APIs of the conformance stack. */
export type ApiName =
  | 'routing'
  | 'responses'
  | 'inherited'
  | 'authorizers'
  | 'keys'
  | 'usageIdentifier'
  | 'proxy'
  | 'http'
  | 'mock'
  | 'binary'
  | 'validation'
  | 'variables'
  | 'lambda'
  | 'cors';

export interface ConformanceRequest {
  readonly method?: string;
  /** After the stage, sent as written; `//stage` forms use `fromRoot`. */
  readonly path: string;
  /** The path begins at the host: `path` names the stage itself. */
  readonly fromRoot?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The body in base64, for bytes. */
  readonly bodyBase64?: string;
}

/** Text, or a pattern that the text must match. */
export type Expected = string | { readonly matches: string };

export interface Expectation {
  readonly status: number;
  /** By lower-case name. */
  readonly headers?: Readonly<Record<string, Expected>>;
  readonly absentHeaders?: readonly string[];
  /** The whole body as JSON. */
  readonly json?: unknown;
  /** Members that the body has to have, deeply; lists whole. */
  readonly jsonSubset?: unknown;
  /** Paths into the JSON body that must not exist, `a.b.c`. */
  readonly absentMembers?: readonly string[];
  readonly text?: Expected;
  readonly bodyBase64?: string;
}

export interface ConformanceCase {
  readonly name: string;
  /** Section of the fact sheet. */
  readonly fact: string;
  readonly api: ApiName;
  readonly request: ConformanceRequest;
  readonly expect: Expectation;
}

/** Where the APIs answer: base URL of each stage, with trailing slash. */
export type Targets = Readonly<Record<ApiName, string>>;
