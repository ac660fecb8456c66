import { unescape } from 'node:querystring';
import { type HostObject, textOf, type Value, valueOf } from '../velocity/value';

/** `$util` of mapping templates (AG §7.3). */
export const TEMPLATE_UTIL: HostObject = {
  host: true,
  property: () => undefined,
  call(method: string, args: readonly Value[]): Value {
    const text = textOf(args[0]);
    switch (method) {
      case 'escapeJavaScript':
        return escapeJavaScript(text);
      case 'parseJson':
        return valueOf(JSON.parse(text));
      case 'urlEncode':
        // java.net.URLEncoder leaves `*` alone and writes blanks as plus signs.
        return encodeURIComponent(text)
          .replaceAll('%20', '+')
          .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
      case 'urlDecode':
        return unescape(text.replaceAll('+', ' '));
      case 'base64Encode':
        return Buffer.from(text).toString('base64');
      case 'base64Decode':
        return Buffer.from(text, 'base64').toString('utf8');
      default:
        return undefined;
    }
  },
};

const SHORT: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\n': '\\n',
  '\t': '\\t',
  '\f': '\\f',
  '\r': '\\r',
  "'": "\\'",
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
};

/** As org.apache.commons.lang.StringEscapeUtils does it: quotes, slashes, controls and all that is not ASCII. */
export function escapeJavaScript(text: string): string {
  return text.replace(
    /[^ !#-&(-.0-[\]-~]/g,
    (c) => SHORT[c] ?? `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}
