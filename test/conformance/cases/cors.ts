import { type ConformanceCase, type Expectation } from '../case';
import { ORIGINS } from '../stack/cors';

const preflight = (name: string, path: string, origin: string, expect: Expectation): ConformanceCase => ({
  name,
  fact: 'AG §8',
  api: 'cors',
  request: { method: 'OPTIONS', path, headers: { Origin: origin, 'Access-Control-Request-Method': 'GET' } },
  expect,
});

export const CORS_CASES: readonly ConformanceCase[] = [
  preflight('one origin', '/one', 'https://a.example', {
    status: 204,
    text: '',
    headers: {
      'access-control-allow-origin': 'https://a.example',
      'access-control-allow-headers':
        'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent',
      'access-control-allow-methods': 'OPTIONS,GET,PUT,POST,DELETE,PATCH,HEAD',
      vary: 'Origin',
    },
  }),
  preflight('any origin', '/all', 'https://a.example', {
    status: 204,
    headers: { 'access-control-allow-origin': '*' },
    absentHeaders: ['vary'],
  }),
  preflight('the first of several origins', '/many', ORIGINS[0] as string, {
    status: 204,
    headers: {
      'access-control-allow-origin': ORIGINS[0] as string,
      'access-control-allow-methods': 'GET',
      vary: 'Origin',
    },
  }),
  preflight('another of several origins', '/many', ORIGINS[1] as string, {
    status: 204,
    headers: { 'access-control-allow-origin': ORIGINS[1] as string },
  }),
  preflight('an origin that is not on the list gets the first', '/many', 'https://c.example', {
    status: 204,
    headers: { 'access-control-allow-origin': ORIGINS[0] as string },
  }),
];
