/** What JSON escapes, and everything outside ASCII: a half of a surrogate pair is escaped too. */
const NOT_PLAIN = /[^ !#-[\]-~]/;

/** `JSON.stringify` of a text, for the many that need no escapes. */
export function jsonText(text: string): string {
  return NOT_PLAIN.test(text) ? JSON.stringify(text) : `"${text}"`;
}
