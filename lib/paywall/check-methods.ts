import { Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { BrokenRule } from '../errors/broken-rule';
import { got } from '../errors/rules';
import { isDeployedWith } from './api-inventory';
import type { ApiMethod } from './api-method';
import type { FinalState } from './final-checks';
import { classOf } from './method-class';

/** No method escapes the authorizer unless it is declared public. */
export function checkMethods(state: FinalState, methods: readonly ApiMethod[]): BrokenRule[] {
  return methods.flatMap((method) => {
    const name = `${method.verb} ${method.path ?? '(unknown path)'}`;
    if (!isDeployedWith(method.resource, state.restApi.resource))
      return [inAnotherStack(state, method, name)];
    switch (classOf(method, methods, state.authorizer._catalogue.catalogue)) {
      case 'unknown':
        return [
          rule(
            'MethodPathUnknown',
            method,
            `the path of each method must be known at synth, got ${name}; build its resource with addResource`,
          ),
        ];
      case 'partly-public':
        return [
          rule(
            'PublicRouteCoversPartOfMethod',
            method,
            `${name} must be public for all of its verbs or for none, got some; declare a method for each public ` +
              `verb, or 'ANY ${method.path}' as public`,
          ),
        ];
      case 'public':
        return checkPublic(method, name);
      case 'guarded':
        return checkGuarded(state, method, name);
    }
  });
}

/** The stack of the API is deployed first: what others change of it is live with the deployment after the next. */
function inAnotherStack({ restApi }: FinalState, method: ApiMethod, name: string): BrokenRule {
  const [own, other] = [restApi.resource, method.resource].map((resource) =>
    got(Stack.of(resource).node.path),
  );
  return rule(
    'MethodInAnotherStack',
    method,
    `${name} must be in the stack of the API, ${own}, or in one nested in it, got ${other}; its authorization would ` +
      `not be live when it is deployed: move it, or use a NestedStack`,
  );
}

/** A key arrives with the authorizer's answer, and nothing authorizes a public method. */
function checkPublic(method: ApiMethod, name: string): BrokenRule[] {
  if (!method.apiKeyRequired || method.authorizationType !== 'NONE') return [];
  return [
    rule(
      'PublicMethodRequiresKey',
      method,
      `apiKeyRequired of the public ${name} must be false, got true; nobody could present a key, and every call would be a 403`,
    ),
  ];
}

function checkGuarded({ authorizer }: FinalState, method: ApiMethod, name: string): BrokenRule[] {
  const expected: unknown = Stack.of(method.resource).resolve(authorizer.authorizerId);
  const { authorizationType } = method;
  const ours = JSON.stringify(method.authorizerId) === JSON.stringify(expected);
  if (authorizationType !== apigateway.AuthorizationType.CUSTOM || !ours) {
    const actual = authorizationType === 'CUSTOM' ? 'another authorizer' : authorizationType;
    return [
      rule(
        'MethodEscapesAuthorizer',
        method,
        `${name} must be authorized by the Paywall, got ${actual}; remove that authorization, or declare the route ` +
          `Route.public()`,
      ),
    ];
  }
  if (method.apiKeyRequired) return [];
  return [
    rule(
      'MethodWithoutUsagePlan',
      method,
      `apiKeyRequired of ${name} must be true, got false; remove the override: throttles and refusals with 403 need it`,
    ),
  ];
}

function rule(code: string, method: ApiMethod, message: string): BrokenRule {
  return { code, message: `${message} [${method.resource.node.path}]` };
}
