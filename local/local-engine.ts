import { type LoadedStack, loadAssembly } from './assembly';
import { checkTypes } from './check-types';
import { MovableClock } from './clock';
import { type EngineFinding, type Gateway } from './contract';
import { checkTables } from './dynamodb';
import { type Engine, type EngineOptions } from './engine';
import { asAddressError, EngineError, messageOf } from './engine-error';
import { EngineDatabase, EngineServices, type ServedStacks } from './engine-services';
import { checkGatewayResources, GatewayControl, startGateway } from './gateway';
import { checkFunctions, LocalInvoker, ReplaceableInvoker } from './lambda';
import { routesOf } from './routes';
import { checkServices } from './services';
import { watchAssembly } from './watch-assembly';

/** Types without effect are no reason to refuse a stack: every stack has roles. */
const HARMLESS = 'TypeWithoutEffect';

function refuseErrors(findings: readonly EngineFinding[], strict: boolean): void {
  const errors = findings.filter(
    ({ severity, code }) => severity === 'error' || (strict && code !== HARMLESS),
  );
  if (errors.length === 0) return;
  const lines = errors.map(({ message, path }) => `${message} [${path}]`);
  throw new EngineError(
    'NotImitated',
    ['the local engine cannot serve these stacks as AWS would:', ...lines].join('\n  '),
  );
}

/** Stacks whose functions are loaded and whose tables exist: nothing is missing but the gateway. */
interface Prepared extends ServedStacks {
  readonly findings: readonly EngineFinding[];
  readonly invoker: LocalInvoker;
}

/** An engine from start to close; see `startEngine`. */
export class LocalEngine implements Engine {
  readonly clock: MovableClock;
  private readonly database: EngineDatabase;
  private services: EngineServices | undefined;
  private served: Prepared | undefined;
  private functionsNow: ReplaceableInvoker | undefined;
  private gateway: Gateway | undefined;
  private stopWatching: () => void = () => undefined;
  private reloading: Promise<void> = Promise.resolve();
  private closing: Promise<void> | undefined;

  constructor(private readonly options: EngineOptions) {
    this.clock = new MovableClock(options.clockOffsetMs);
    this.database = new EngineDatabase({
      dynamodbEndpoint: options.dynamodbEndpoint,
      dataDirectory: options.dataDirectory,
    });
  }

  async start(stacks: readonly LoadedStack[]): Promise<void> {
    const { port = 0, host = '127.0.0.1', onRequest, onAccessLog, trace, source, watch } = this.options;
    const { clock } = this;
    const control = new GatewayControl(stacks, clock);
    const { secrets, keyDelayMs, onFinding, endpoints: given = {} } = this.options;
    const serviceOptions = { clock, control, secrets, keyDelayMs, onFinding };
    this.services = new EngineServices(serviceOptions, this.database, given);
    const prepared = await this.prepare(stacks, this.services);
    this.served = prepared;
    // With the secrets that keys refer to.
    control.follow(prepared.stacks);
    const functions = new ReplaceableInvoker(prepared.invoker);
    this.functionsNow = functions;
    const { endpoints } = this;
    const { invokeLater } = this.services;
    const serving = { stacks: prepared.stacks, functions, invokeLater, clock, port, host, endpoints };
    this.gateway = await startGateway({ ...serving, onRequest, onAccessLog, trace }, control).catch(
      (error: unknown) => {
        throw asAddressError(error, host);
      },
    );
    this.services.start(functions);
    if (watch) this.stopWatching = watchAssembly(source, () => void this.reload());
  }

  get apis() {
    return this.gateway!.apis;
  }

  get routes() {
    return routesOf(this.stacks);
  }

  get endpoints() {
    return this.served!.endpoints;
  }

  get functions() {
    return this.invoker.describe();
  }

  get stacks() {
    return this.served!.stacks;
  }

  get findings() {
    return this.served!.findings;
  }

  get invoker(): LocalInvoker {
    return this.functionsNow!.current;
  }

  /** One after the other: a synth may end while the one before it is still being loaded. */
  reload(): Promise<void> {
    this.reloading = this.reloading.then(() => this.swap());
    return this.reloading;
  }

  close(): Promise<void> {
    return (this.closing ??= this.closeAll());
  }

  private async swap(): Promise<void> {
    if (this.closing) return;
    const started = performance.now();
    const services = this.services!;
    let prepared: Prepared | undefined;
    try {
      const { source, parameters } = this.options;
      prepared = await this.prepare(await loadAssembly(source, { parameters }), services);
      await this.gateway!.update(prepared.stacks);
      this.served = prepared;
      void this.functionsNow!.replace(prepared.invoker);
      services.start(this.functionsNow!);
      this.options.onReload?.({ kind: 'reloaded', durationMs: performance.now() - started });
    } catch (error) {
      services.revert();
      await prepared?.invoker.close();
      this.options.onReload?.({ kind: 'kept', reason: messageOf(error) });
    }
  }

  /** @throws what is wrong with the stacks; none of their functions is left running then */
  private async prepare(loaded: readonly LoadedStack[], services: EngineServices): Promise<Prepared> {
    const { strict = false, environment: overrides, onLog, maxEnvironments } = this.options;
    const { clock } = this;
    const served = await services.follow(loaded);
    const { stacks, variables, ready } = served;
    const invoker = new LocalInvoker(stacks, { clock, variables, overrides, onLog, maxEnvironments });
    try {
      const findings = [
        ...checkTypes(stacks),
        ...checkGatewayResources(stacks),
        ...checkTables(stacks),
        ...checkFunctions(invoker.specs, invoker.reached),
        ...checkServices(stacks),
      ];
      refuseErrors(findings, strict);
      await Promise.all([ready, invoker.start()]);
      return { ...served, findings, invoker };
    } catch (error) {
      await invoker.close();
      throw error;
    }
  }

  private async closeAll(): Promise<void> {
    this.stopWatching();
    await this.reloading;
    await this.gateway?.close();
    await this.services?.close();
    await this.functionsNow?.close();
    await this.database.close();
  }
}
