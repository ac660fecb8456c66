import { type ConformanceStack } from './conformance-stack';

export const ORIGINS = ['https://a.example', 'https://b.example'];

export function addCors(stack: ConformanceStack): void {
  const api = stack.api('cors');
  const one = api.root.addResource('one', {
    defaultCorsPreflightOptions: { allowOrigins: ['https://a.example'] },
  });
  one.addMethod('GET', stack.echo());
  api.root.addResource('many', {
    defaultCorsPreflightOptions: {
      allowOrigins: ORIGINS,
      allowMethods: ['GET'],
      allowHeaders: ['x-api-key'],
    },
  });
  api.root.addResource('all', { defaultCorsPreflightOptions: { allowOrigins: ['*'] } });
}
