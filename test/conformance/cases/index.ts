import { type ConformanceCase } from '../case';
import { AUTHORIZER_CASES } from './authorizers';
import { CORS_CASES } from './cors';
import { HTTP_CASES } from './http';
import { KEY_CASES } from './keys';
import { LAMBDA_CASES } from './lambda';
import { MOCK_CASES } from './mock';
import { PROXY_CASES } from './proxy';
import { RESPONSE_CASES } from './responses';
import { ROUTING_CASES } from './routing';
import { VALIDATION_CASES } from './validation';

export const CASES: Readonly<Record<string, readonly ConformanceCase[]>> = {
  routing: ROUTING_CASES,
  'gateway responses': RESPONSE_CASES,
  authorizers: AUTHORIZER_CASES,
  'keys and usage plans': KEY_CASES,
  'lambda proxy': PROXY_CASES,
  'lambda answers': LAMBDA_CASES,
  http: HTTP_CASES,
  'mock and mapping templates': MOCK_CASES,
  validation: VALIDATION_CASES,
  cors: CORS_CASES,
};
