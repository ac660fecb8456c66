/** Results of authorizers, for fakes. */
export function allow(resource = '*', more: object = {}): object {
  return result('Allow', resource, more);
}

export function deny(resource = '*', more: object = {}): object {
  return result('Deny', resource, more);
}

function result(Effect: 'Allow' | 'Deny', Resource: string, more: object): object {
  return {
    principalId: 'me',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect, Action: 'execute-api:Invoke', Resource }],
    },
    ...more,
  };
}
