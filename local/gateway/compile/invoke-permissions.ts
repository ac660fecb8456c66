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
  /** By function, with its qualifier. */
  private readonly granted = new Map<string, Properties[]>();

  constructor(resources: Resources) {
    this.functions = new Set(resources.ofType('AWS::Lambda::Function').map(({ id }) => id));
    for (const { properties: p } of resources.ofType('AWS::Lambda::Permission')) {
      if (!PRINCIPALS.has(stringOf(p, 'Principal')) || !ACTIONS.has(stringOf(p, 'Action'))) continue;
      const target = targetIn(stringOf(p, 'FunctionName') ?? '');
      const others = this.granted.get(target);
      if (others) others.push(p);
      else this.granted.set(target, [p]);
    }
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
    const target = targetIn(arn);
    if (!this.functions.has(target.split(':')[0]!)) return undefined;
    const isGranted = this.granted
      .get(target)
      ?.some(
        (p) =>
          matchesGlob(stringOf(p, 'SourceArn') ?? '*', sourceArn) &&
          (stringOf(p, 'SourceAccount') ?? accountId) === accountId,
      );
    if (isGranted) return undefined;
    return `API Gateway may not invoke ${target}: no AWS::Lambda::Permission lets ${sourceArn} do so`;
  }
}

/** `name` or `name:qualifier`, in a name, a partial or a whole ARN of a function; `$LATEST` is what has no qualifier. */
function targetIn(text: string): string {
  const parts = text.replace(/:\$LATEST$/, '').split(':');
  return parts.slice(parts.indexOf('function') + 1).join(':');
}
