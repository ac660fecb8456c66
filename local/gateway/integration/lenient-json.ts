/**
 * Parses what MOCK integrations accept as JSON: keys without quotes, single quotes, trailing commas (AG §7.3). CDK
 * writes `{ statusCode: 200 }`.
 *
 * @returns undefined when it is not even that
 */
export function parseLenientJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return parseLeniently(text);
  }
}

const TOKEN = /\s*("(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|[{}[\]:,]|[^\s{}[\]:,"']+)/y;
const SCALAR = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

function parseLeniently(text: string): unknown {
  const strict: string[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  for (let hit = TOKEN.exec(text); hit; hit = TOKEN.exec(text)) {
    const token = hit[1] as string;
    if ((token === '}' || token === ']') && strict.at(-1) === ',') strict.pop();
    strict.push(strictToken(token));
    end = TOKEN.lastIndex;
  }
  if (text.slice(end).trim() !== '') return undefined;
  try {
    return JSON.parse(strict.join('')) as unknown;
  } catch {
    return undefined;
  }
}

function strictToken(token: string): string {
  if (token.startsWith("'")) {
    const inner = token.slice(1, -1).replaceAll("\\'", "'");
    return `"${inner.replace(/(?<!\\)"/g, '\\"')}"`;
  }
  if (token.startsWith('"') || /^[{}[\]:,]$/.test(token) || SCALAR.test(token)) return token;
  return JSON.stringify(token);
}
