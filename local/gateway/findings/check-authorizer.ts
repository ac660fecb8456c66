import { compileIdentitySources } from '../authorizer/identity-source';
import { numberOf, type Properties, stringOf } from '../compile/l1';
import { functionArnIn } from '../integration/lambda-uri';
import { type Report } from './finding';

export function checkAuthorizer(p: Properties, report: Report): void {
  const type = stringOf(p, 'Type') ?? '';
  if (type !== 'REQUEST' && type !== 'TOKEN') {
    report('error', 'UnsupportedAuthorizer', `Type ${type}: only REQUEST and TOKEN authorizers are imitated`);
    return;
  }
  if (functionArnIn(stringOf(p, 'AuthorizerUri') ?? '') === undefined)
    report(
      'error',
      'InvalidAuthorizerUri',
      `AuthorizerUri names no Lambda function: ${stringOf(p, 'AuthorizerUri')}`,
    );
  const ttl = numberOf(p, 'AuthorizerResultTtlInSeconds') ?? 300;
  if (ttl < 0 || ttl > 3600)
    report('error', 'InvalidAuthorizerTtl', `AuthorizerResultTtlInSeconds must be 0 to 3600, got ${ttl}`);
  const source = stringOf(p, 'IdentitySource');
  const sources = compileIdentitySources(source);
  if (sources === null) report('error', 'InvalidIdentitySource', `IdentitySource cannot be used: ${source}`);
  else if (sources.length === 0 && (ttl > 0 || type === 'TOKEN'))
    report(
      'error',
      'MissingIdentitySource',
      'IdentitySource is required for TOKEN authorizers and for a TTL above 0',
    );
  const expression = stringOf(p, 'IdentityValidationExpression');
  if (expression !== undefined && !isRegExp(expression))
    report(
      'error',
      'InvalidValidationExpression',
      `IdentityValidationExpression cannot be compiled: ${expression}`,
    );
}

function isRegExp(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
