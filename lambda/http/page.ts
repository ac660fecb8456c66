import type { APIGatewayProxyResult } from 'aws-lambda';

export interface PageLink {
  readonly href: string;
  readonly text: string;
}

/** What happens when somebody decides to: a button. Whoever only follows links, such as a crawler, makes nothing happen. */
export interface PageAction {
  /** Where to POST; there is no body. */
  readonly to: string;
  readonly text: string;
}

/** What a page says. All of it is text: nothing is taken for markup. */
export interface Page {
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly links?: readonly PageLink[];
  readonly actions?: readonly PageAction[];
  /** Names and values to be copied. */
  readonly values?: Readonly<Record<string, string>>;
}

/** For people's browsers. Such a page, its address included, is nobody else's business. */
export const PAGE_HEADERS = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

export function page(
  status: number,
  { title, paragraphs, links = [], actions = [], values = {} }: Page,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult {
  const body = [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escape(title)}</title>`,
    '<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}',
    'code{overflow-wrap:anywhere}</style></head><body>',
    `<h1>${escape(title)}</h1>`,
    ...paragraphs.map((paragraph) => `<p>${escape(paragraph)}</p>`),
    ...Object.entries(values).map(
      ([name, value]) => `<p>${escape(name)}:<br><code>${escape(value)}</code></p>`,
    ),
    ...links.map(({ href, text }) => `<p><a href="${escape(href)}" rel="noreferrer">${escape(text)}</a></p>`),
    ...actions.map(
      ({ to, text }) =>
        `<form method="post" action="${escape(to)}"><p><button>${escape(text)}</button></p></form>`,
    ),
    '</body></html>',
  ].join('');
  return {
    statusCode: status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      ...PAGE_HEADERS,
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      ...headers,
    },
    body,
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
