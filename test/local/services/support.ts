import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InvokeResult } from '../../../local';
import { MovableClock } from '../../../local/clock';
import { type EngineFinding, type FunctionInvoker } from '../../../local/contract';
import { loadAssembly } from '../../../local/assembly';
import { GatewayControl } from '../../../local/gateway';
import {
  checkServices,
  type LocalServices,
  type ServiceOptions,
  startServices,
} from '../../../local/services';
import { temporaryDirectory, writeTemplate } from '../assembly/template-file';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/** Functions that tests watch: records what they are invoked with, answers what it is told. */
export class RecordingFunctions implements FunctionInvoker {
  readonly events: { readonly name: string; readonly event: any }[] = [];
  answer: (name: string, event: any) => unknown = () => null;

  constructor(private readonly names: readonly string[]) {}

  has(arn: string): boolean {
    return this.names.includes(arn.split(':').at(-1)!);
  }

  invoke(arn: string, text: string): Promise<InvokeResult> {
    const name = arn.split(':').at(-1)!;
    const event: unknown = JSON.parse(text);
    this.events.push({ name, event });
    try {
      const payload = JSON.stringify(this.answer(name, event) ?? null);
      return Promise.resolve({ kind: 'success', payload, durationMs: 1 });
    } catch (error) {
      const { message } = error as Error;
      const failure = { errorType: 'Error', errorMessage: message, stackTrace: [], durationMs: 1 };
      return Promise.resolve({ kind: 'function-error', ...failure });
    }
  }

  of(name: string): any[] {
    return this.events.filter((call) => call.name === name).map(({ event }) => event);
  }
}

export interface Running extends LocalServices {
  readonly clock: MovableClock;
  readonly functions: RecordingFunctions;
  readonly findings: EngineFinding[];
  /** What an SDK client needs to be told. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly maxAttempts: number;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

/** Services for templates, closed after the tests of the file. */
export function serviceTests() {
  const directory = temporaryDirectory();
  const open: LocalServices[] = [];
  afterAll(() => Promise.all(open.map((services) => services.close())));

  return async function serve(
    Resources: Record<string, object>,
    options: Partial<ServiceOptions> = {},
  ): Promise<Running> {
    const stacks = await loadAssembly(writeTemplate(directory, { Resources }));
    const clock = new MovableClock();
    const findings: EngineFinding[] = [];
    const control = new GatewayControl(stacks, clock);
    const onFinding = (finding: EngineFinding) => void findings.push(finding);
    const services = await startServices({ stacks, clock, control, onFinding, ...options });
    open.push(services);
    const functions = new RecordingFunctions(['consumer', 'listener']);
    services.start(functions);
    const client = {
      endpoint: services.endpoint,
      region: REGION,
      maxAttempts: 1,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    };
    return { ...services, clock, functions, findings, client };
  };
}

/** What the engine says at its start of the services in a template. */
export async function findingsOf(Resources: Record<string, object>): Promise<EngineFinding[]> {
  const directory = mkdtempSync(join(tmpdir(), 'local-engine-'));
  try {
    return checkServices(await loadAssembly(writeTemplate(directory, { Resources })));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Waits until something holds that happens in the background. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  // A little less than a test may take: what it started has to be closed, or the run never ends.
  const deadline = Date.now() + 25_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`never held: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Long enough for what would happen at once to have happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 30));
}
