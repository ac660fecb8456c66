import { type AccessLogEntry, type Gateway, type RequestRecord } from '../../../../local/contract';
import { checkGatewayResources, startGateway } from '../../../../local/gateway';
import { FakeFunctions } from './fake-functions';
import { type Answer, call, type Call } from './http';
import { ManualClock } from './manual-clock';
import { type StackBuilder } from './stack-builder';

/** A running gateway of one hand-built stack; `close` it in `afterEach` or `afterAll`. */
export class Harness {
  readonly records: RequestRecord[] = [];
  readonly accessLog: AccessLogEntry[] = [];

  private constructor(
    readonly functions: FakeFunctions,
    readonly clock: ManualClock,
  ) {}

  private gateway: Gateway | undefined;

  static async start(
    stack: StackBuilder,
    functions = new FakeFunctions(),
    clock = new ManualClock(),
  ): Promise<Harness> {
    const harness = new Harness(functions, clock);
    const stacks = [stack.build()];
    const errors = checkGatewayResources(stacks).filter((f) => f.severity === 'error');
    if (errors.length > 0) throw new Error(JSON.stringify(errors, null, 2));
    harness.gateway = await startGateway({
      stacks,
      functions,
      clock,
      port: 0,
      trace: true,
      onRequest: (r) => harness.records.push(r),
      onAccessLog: (e) => harness.accessLog.push(e),
    });
    return harness;
  }

  get apis(): Gateway['apis'] {
    return (this.gateway as Gateway).apis;
  }

  url(stage = 'prod'): string {
    const api = this.apis.find((a) => a.stage === stage);
    if (!api) throw new Error(`no stage ${stage}`);
    return api.url;
  }

  /** @param path after the stage */
  call(path: string, options?: Call): Promise<Answer> {
    return call(this.url(), path, options);
  }

  async close(): Promise<void> {
    await this.gateway?.close();
  }
}
