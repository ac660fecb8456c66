import { type FunctionInvoker, type InvokeResult, type StreamSink } from '../contract';
import { type LocalInvoker } from './invoker';

/** The functions of the stacks that are served now; whoever calls them need not know when they are replaced. */
export class ReplaceableInvoker implements FunctionInvoker {
  private readonly retiring = new Set<LocalInvoker>();

  constructor(private active: LocalInvoker) {}

  get current(): LocalInvoker {
    return this.active;
  }

  /** New events go to `next`; settles when the functions so far have finished what they had to do. */
  async replace(next: LocalInvoker): Promise<void> {
    const last = this.active;
    this.active = next;
    this.retiring.add(last);
    await last.retire();
    this.retiring.delete(last);
  }

  invoke(functionArn: string, event: string, sink?: StreamSink): Promise<InvokeResult> {
    return this.active.invoke(functionArn, event, sink);
  }

  has(functionArn: string): boolean {
    return this.active.has(functionArn);
  }

  async close(): Promise<void> {
    await Promise.all([this.active, ...this.retiring].map((invoker) => invoker.close()));
  }
}
