import { call } from '../../local/gateway/support/http';
import { type ConformanceCase, type Expectation, type Expected, type Targets } from '../case';

/** Sends a case's request and checks the answer. */
export async function runCase(
  { api, request, expect: expected }: ConformanceCase,
  targets: Targets,
): Promise<void> {
  const base = request.fromRoot ? new URL('/', targets[api]).href : targets[api];
  const answer = await call(base, request.path, {
    method: request.method,
    headers: { ...request.headers },
    body: request.bodyBase64 === undefined ? request.body : Buffer.from(request.bodyBase64, 'base64'),
  });
  const seen = { status: answer.status, body: answer.text };
  expect(seen).toEqual({ status: expected.status, body: answer.text });
  checkHeaders(answer.headers, expected);
  if ('json' in expected) expect(answer.json).toEqual(expected.json);
  if ('jsonSubset' in expected) expect(answer.json).toMatchObject(expected.jsonSubset as object);
  for (const member of expected.absentMembers ?? []) expect(answer.json).not.toHaveProperty(member);
  if (expected.text !== undefined) expectText(answer.text, expected.text);
  if (expected.bodyBase64 !== undefined) expect(answer.body.toString('base64')).toBe(expected.bodyBase64);
}

function checkHeaders(headers: Readonly<Record<string, string>>, expected: Expectation): void {
  for (const [name, value] of Object.entries(expected.headers ?? {})) expectText(headers[name], value);
  for (const name of expected.absentHeaders ?? []) expect(headers).not.toHaveProperty([name]);
}

function expectText(actual: string | undefined, expected: Expected): void {
  if (typeof expected === 'string') expect(actual).toBe(expected);
  else expect(actual).toMatch(new RegExp(expected.matches));
}
