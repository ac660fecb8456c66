import { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { type ConformanceStack } from './conformance-stack';
import { AUTHORIZER, TOKEN_AUTHORIZER } from './handlers';
import { scriptedAuthorizer } from './responses';

export function addAuthorizers(stack: ConformanceStack): void {
  const api = stack.api('authorizers');
  const guard = (path: string, authorizer: apigateway.IAuthorizer): void => {
    api.root.resourceForPath(path).addMethod('ANY', stack.echo(), { authorizer });
  };
  guard('/scripted/{id}', scriptedAuthorizer(stack, 'ScriptedAuthorizer'));
  guard(
    '/identity',
    new apigateway.RequestAuthorizer(stack, 'IdentityAuthorizer', {
      handler: stack.fn('AuthorizerFunction', AUTHORIZER),
      identitySources: [
        apigateway.IdentitySource.header('x-auth'),
        apigateway.IdentitySource.queryString('who'),
      ],
      resultsCacheTtl: Duration.seconds(0),
    }),
  );
  const validating = scriptedAuthorizer(stack, 'ValidatingAuthorizer');
  (validating.node.defaultChild as apigateway.CfnAuthorizer).addPropertyOverride(
    'IdentityValidationExpression',
    'nothing like this',
  );
  guard('/validating', validating);
  guard(
    '/token',
    new apigateway.TokenAuthorizer(stack, 'TokenAuthorizer', {
      handler: stack.fn('TokenAuthorizerFunction', TOKEN_AUTHORIZER),
      validationRegex: 'Bearer .+',
      resultsCacheTtl: Duration.seconds(0),
    }),
  );
}
