import { matchesGlob } from '../glob';
import { functionArnIn } from '../integration/lambda-uri';
import { type Properties, stringOf } from './l1';
import { type Resources } from './resources';

const PRINCIPALS: ReadonlySet<string | undefined> = new Set(['apigateway.amazonaws.com', '*']);
const ACTIONS: ReadonlySet<string | undefined> = new Set(['lambda:InvokeFunction', 'lambda:*', '*']);

/**
 * What `AWS::Lambda::Permission` lets API Gateway invoke. Only functions of the loaded stacks are judged: of others, and of
 * those that a stage variable names, permissions are given outside of the template.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
 */
export class InvokePermissions {
  /** Names of the functions that can be judged. */
  private readonly functions: ReadonlySet<string>;
  private readonly granted: readonly Properties[];

  constructor(resources: Resources) {
    this.functions = new Set(resources.ofType('AWS::Lambda::Function').map(({ id }) => id));
    this.granted = resources
      .ofType('AWS::Lambda::Permission')
      .map(({ properties }) => properties)
      .filter((p) => PRINCIPALS.has(stringOf(p, 'Principal')) && ACTIONS.has(stringOf(p, 'Action')));
  }

  /**
   * @param uri of the integration or the authorizer
   * @param sourceArn of the method as it is defined, or of the authorizer (AG §4)
   * @param accountId of the API
   * @returns why the function cannot be invoked; `undefined` when it can
   */
  refusal(uri: string, sourceArn: string, accountId: string): string | undefined {
    const arn = functionArnIn(uri);
    if (arn === undefined || arn.includes('${')) return undefined;
    const [name, qualifier] = nameIn(arn);
    if (!this.functions.has(name)) return undefined;
    const isGranted = this.granted.some((p) => {
      const [grantedName, grantedQualifier] = nameIn(stringOf(p, 'FunctionName') ?? '');
      return (
        grantedName === name &&
        grantedQualifier === qualifier &&
        matchesGlob(stringOf(p, 'SourceArn') ?? '*', sourceArn) &&
        (stringOf(p, 'SourceAccount') ?? accountId) === accountId
      );
    });
    if (isGranted) return undefined;
    const target = qualifier === undefined ? name : `${name}:${qualifier}`;
    return `API Gateway may not invoke ${target}: no AWS::Lambda::Permission lets ${sourceArn} do so`;
  }
}

/** Name and qualifier in a name, a partial or a whole ARN of a function. */
function nameIn(text: string): [name: string, qualifier: string | undefined] {
  const parts = text.split(':');
  const [name = '', qualifier] = parts.slice(parts.indexOf('function') + 1);
  return [name, qualifier];
}
