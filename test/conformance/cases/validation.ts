import { type ConformanceCase, type Expectation } from '../case';

const BAD_BODY: Expectation = {
  status: 400,
  json: { message: 'Invalid request body' },
  headers: { 'x-amzn-errortype': 'BadRequestException' },
};

const sent = (
  name: string,
  method: string,
  query: string,
  headers: Record<string, string>,
  body: string | undefined,
  expect: Expectation,
): ConformanceCase => ({
  name,
  fact: 'AG §7.6',
  api: 'validation',
  request: { method, path: `/orders/1${query}`, headers, body },
  expect,
});

const need = { 'x-need': '1' };

export const VALIDATION_CASES: readonly ConformanceCase[] = [
  sent('everything there', 'POST', '?q=1', need, '{"id":1,"address":{"city":"x"},"pay":true}', {
    status: 200,
  }),
  sent('missing parameters in order, before the body', 'POST', '', {}, 'no json', {
    status: 400,
    json: { message: 'Missing required request parameters: [x-need, q]' },
    headers: { 'x-amzn-errortype': 'BadRequestException' },
  }),
  sent('a body that is no JSON', 'POST', '?q=1', need, 'no json', BAD_BODY),
  sent('a body of the wrong type', 'POST', '?q=1', need, '{"id":"x"}', BAD_BODY),
  sent('a model referred to by another', 'POST', '?q=1', need, '{"id":1,"address":{}}', BAD_BODY),
  sent('oneOf', 'POST', '?q=1', need, '{"id":1,"pay":[]}', BAD_BODY),
  sent('an empty body of a GET', 'GET', '?q=1', need, undefined, BAD_BODY),
];
