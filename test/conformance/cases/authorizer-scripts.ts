/** Scripts for the stack's authorizer, see `stack/handlers.ts`. */
export const ALLOW = statement('Allow', 'METHOD_ARN');
export const DENY = statement('Deny', '*');

export function statement(effect: string, resource: string, action = 'execute-api:Invoke'): object {
  return { Effect: effect, Action: action, Resource: resource };
}

/** Value of the header x-auth: what the authorizer returns. */
export function script(statements: object | object[], context: object, more: object = {}): string {
  return JSON.stringify({
    result: {
      principalId: 'someone',
      policyDocument: { Version: '2012-10-17', Statement: statements },
      context,
      ...more,
    },
  });
}

export function result(value: unknown): string {
  return JSON.stringify({ result: value });
}
