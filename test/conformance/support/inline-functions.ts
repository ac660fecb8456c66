import { type FunctionInvoker, type InvokeResult, type ResolvedStack } from '../../../local/contract';

type Handler = (event: unknown) => unknown;

/** Runs the inline code of a stack's functions in process: the gateway is under test, not the Lambda service. */
export class InlineFunctions implements FunctionInvoker {
  private readonly handlers = new Map<string, Handler>();

  constructor(stack: ResolvedStack) {
    for (const { type, physicalId, properties } of stack.resources.values()) {
      if (type !== 'AWS::Lambda::Function') continue;
      const code = (properties['Code'] as { readonly ZipFile: string }).ZipFile;
      const exports: { handler?: Handler } = {};
      new Function('exports', code)(exports);
      const arn = `arn:aws:lambda:${stack.region}:${stack.accountId}:function:${physicalId}`;
      this.handlers.set(arn, exports.handler as Handler);
    }
  }

  has(arn: string): boolean {
    return this.handlers.has(arn);
  }

  async invoke(arn: string, event: string): Promise<InvokeResult> {
    try {
      const result = await (this.handlers.get(arn) as Handler)(JSON.parse(event));
      return { kind: 'success', payload: JSON.stringify(result ?? null), durationMs: 0 };
    } catch (error) {
      const { name, message } = error as Error;
      return {
        kind: 'function-error',
        errorType: name,
        errorMessage: message,
        stackTrace: [],
        durationMs: 0,
      };
    }
  }
}
