import type { DemoCase } from './cases';

/** A line to paste into a shell that makes the calls of a case; curl itself repeats a URL with `[1-6]`. */
export function curlLine(demo: DemoCase, baseUrl: string, keys: ReadonlyMap<string, string>): string {
  const url = new URL(demo.path, baseUrl).href;
  const key = demo.credential(keys);
  const header = key === undefined ? '' : `-H 'Authorization: Bearer ${key}' `;
  return `curl -i ${header}${demo.calls === 1 ? url : `'${url}?call=[1-${demo.calls}]'`}`;
}
