import { type FunctionInvoker, type InvokeResult, type StreamSink } from '../../../../local/contract';

export type Handler = (event: any, sink?: StreamSink) => unknown;

/** Functions in process, by ARN; records every event. */
export class FakeFunctions implements FunctionInvoker {
  readonly calls: { readonly arn: string; readonly event: any }[] = [];
  private readonly handlers = new Map<string, Handler>();

  /** @returns the ARN */
  add(name: string, handler: Handler): string {
    const arn = functionArn(name);
    this.handlers.set(arn, handler);
    return arn;
  }

  eventsOf(name: string): any[] {
    return this.calls.filter((c) => c.arn === functionArn(name)).map((c) => c.event);
  }

  has(arn: string): boolean {
    return this.handlers.has(arn);
  }

  async invoke(arn: string, event: string, sink?: StreamSink): Promise<InvokeResult> {
    const parsed: unknown = JSON.parse(event);
    this.calls.push({ arn, event: parsed });
    try {
      const result = await (this.handlers.get(arn) as Handler)(parsed, sink);
      if (result instanceof RawOutcome) return result.outcome;
      return { kind: 'success', payload: JSON.stringify(result ?? null), durationMs: 1 };
    } catch (error) {
      const { name, message } = error as Error;
      return {
        kind: 'function-error',
        errorType: name,
        errorMessage: message,
        stackTrace: [],
        durationMs: 1,
      };
    }
  }
}

/** Returned by a handler to make the invocation end in any way. */
export class RawOutcome {
  constructor(readonly outcome: InvokeResult) {}
}

export function functionArn(name: string): string {
  return `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
}
