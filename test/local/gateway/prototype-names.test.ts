import { readAuthorizerResult } from '../../../local/gateway/authorizer/authorizer-result';
import { type Exchange } from '../../../local/gateway/http/exchange';
import { contextGetter } from '../../../local/gateway/mapping/context-variable';
import { allow } from './support/authorizers';

test('a context value may be called as a member that every object has', () => {
  const context: unknown = JSON.parse('{"__proto__":"a","constructor":1}');
  const { answer } = readAuthorizerResult(JSON.stringify(allow('*', { context })))!;
  expect(answer.contextText).toBe('{"__proto__":"a","constructor":"1"');
  const exchange = { authorizer: answer } as Exchange;
  const names = ['authorizer.__proto__', 'authorizer.constructor', 'authorizer.toString', 'constructor'];
  expect(names.map((name) => contextGetter(name, true)(exchange))).toEqual(['a', '1', undefined, undefined]);
});
