/** Hosts that browsers reach without a network; the only ones to which `http` leads. */
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];
/** Longer than any page of a shop; shorter than what providers take. */
const MAX_LENGTH = 2048;
/** A scheme and an authority, written out. Parsers of browsers forgive much more, each in its own way. */
const PLAIN = /^https?:\/\/[^/?#@\\]+(?:[/?#]|$)/i;

/**
 * The origin that a text names, when it names nothing else: `https://shop.example`, without path and final slash.
 * `http` is for this machine only.
 */
export function originOf(text: string): string | undefined {
  const url = parse(text);
  return url !== undefined && url.origin === text ? text : undefined;
}

/**
 * The URL, when it leads to one of the origins: anything that two parsers could read differently is refused rather
 * than understood.
 *
 * @param origins as {@link originOf} takes them
 * @returns the URL as a parser writes it; `undefined` when it is not allowed
 */
export function allowedUrl(text: string, origins: readonly string[]): string | undefined {
  const url = parse(text);
  return url !== undefined && origins.includes(url.origin) ? url.href : undefined;
}

/** A scheme and an authority that no value can become part of. */
const FIXED_ORIGIN = /^https?:\/\/[^/?#@\\{]+(?:[/?#]|$)/i;

/**
 * The origin of a template with `{name}` in it, which it keeps whatever the names are replaced by.
 *
 * @returns `undefined` when a name could change the origin, or when it is not a URL that is allowed anywhere
 */
export function templateOrigin(template: string): string | undefined {
  if (!FIXED_ORIGIN.test(template)) return undefined;
  return parse(template.replace(/\{[^}]*\}/g, 'x'))?.origin;
}

function parse(text: string): URL | undefined {
  // Parsers drop tabs and new lines, trim spaces, and take a backslash for a slash.
  if (text.length > MAX_LENGTH || /[^\x21-\x7e]|[\\"]/.test(text) || !PLAIN.test(text)) return undefined;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return undefined;
  const local = url.protocol === 'http:' && LOCAL_HOSTS.includes(url.hostname);
  return url.protocol === 'https:' || local ? url : undefined;
}
