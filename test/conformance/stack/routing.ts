import { type ConformanceStack, mock, OK } from './conformance-stack';

/** Every route says its own name. */
const ROUTES: readonly (readonly [string, string])[] = [
  ['GET', '/'],
  ['GET', '/users'],
  ['GET', '/users/me'],
  ['GET', '/users/{id}'],
  ['ANY', '/users/{id}'],
  ['POST', '/orders'],
  ['POST', '/users/{id}/notes'],
  ['GET', '/open/{proxy+}'],
  ['POST', '/open/guarded'],
  ['ANY', '/any/{rest+}'],
  ['DELETE', '/any/thing'],
  ['GET', '/shared/{rest+}'],
  ['ANY', '/shared/all'],
  ['OPTIONS', '/shared/preflight'],
];

export function addRouting(stack: ConformanceStack): void {
  const api = stack.api('routing');
  for (const [verb, path] of ROUTES) {
    const resource = path === '/' ? api.root : api.root.resourceForPath(path);
    resource.addMethod(verb, mock(`{"route":"${verb} ${path}"}`), OK);
  }
  const proxy = stack.api('proxy');
  proxy.root.addMethod('ANY', stack.echo());
  proxy.root.addResource('{proxy+}').addMethod('ANY', stack.echo());
  proxy.root.addResource('item').addResource('{id}').addMethod('ANY', stack.echo());
}
