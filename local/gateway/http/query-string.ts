import { unescape } from 'node:querystring';

/** Decoded query parameters; both maps have no prototype, so that a parameter may be called `__proto__`. */
export interface QueryString {
  /** The last value of each name (AG §7.1). */
  readonly single: Readonly<Record<string, string>>;
  readonly multi: Readonly<Record<string, string[]>>;
}

/**
 * Parses the text after `?`. `+` and `%20` are spaces, `%2B` is a plus; `&` and `;` both separate (AG §6, §7.1).
 * Bytes that are no UTF-8 become replacement characters.
 *
 * @returns null when there is no parameter at all, as events then carry `null`
 */
export function parseQueryString(text: string): QueryString | null {
  if (text === '') return null;
  const single: Record<string, string> = Object.create(null);
  const multi: Record<string, string[]> = Object.create(null);
  let any = false;
  for (const part of text.split(/[&;]/)) {
    if (part === '') continue;
    const eq = part.indexOf('=');
    const name = decode(eq < 0 ? part : part.slice(0, eq));
    const value = eq < 0 ? '' : decode(part.slice(eq + 1));
    single[name] = value;
    (multi[name] ??= []).push(value);
    any = true;
  }
  return any ? { single, multi } : null;
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  return spaced.includes('%') ? unescape(spaced) : spaced;
}
