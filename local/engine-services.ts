import { type LoadedStack } from './assembly';
import { type FunctionInvoker, type InvokeLater } from './contract';
import { type LocalDynamoDb, startDynamoDb } from './dynamodb';
import { type LocalServices, type ServiceOptions, startServices } from './services';

export interface DatabaseOptions {
  readonly dynamodbEndpoint: string | undefined;
  readonly dataDirectory: string | undefined;
}

const NEEDS_SERVICES =
  /^AWS::(Lambda::Function|DynamoDB::(Global)?Table|SQS::Queue|SecretsManager::Secret|Events::(EventBus|Rule))$/;

function needsServices(stacks: readonly LoadedStack[]): boolean {
  return stacks.some(({ resources }) =>
    [...resources.values()].some(({ type }) => NEEDS_SERVICES.test(type)),
  );
}

/** Where functions of some stacks find the services that they call. */
export interface ServedStacks {
  /** The stacks with the addresses of the services in them. */
  readonly stacks: readonly LoadedStack[];
  /** URL by service, those given included. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** What functions get in their environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** Settles when the tables can be used. */
  readonly ready: Promise<void>;
}

/** `AWS_ENDPOINT_URL_<SERVICE>` wins over `AWS_ENDPOINT_URL`. */
function variablesOf(
  endpoints: Readonly<Record<string, string>>,
  local: LocalServices,
): Record<string, string> {
  const own = Object.entries(endpoints).map(([service, url]): [string, string] => {
    return [`AWS_ENDPOINT_URL_${service.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`, url];
  });
  return { AWS_ENDPOINT_URL: local.endpoint, ...Object.fromEntries(own) };
}

/** The one DynamoDB of an engine: it outlives the stacks that are replaced by a reload. */
export class EngineDatabase {
  private started: LocalDynamoDb | undefined;

  constructor(private readonly options: DatabaseOptions) {}

  /** Makes sure that the tables of the stacks exist; `ready` settles then. */
  async add(
    stacks: readonly LoadedStack[],
  ): Promise<{ readonly endpoint: string; readonly ready: Promise<void> }> {
    if (this.started) {
      const ready = this.started.add(stacks);
      ready.catch(() => undefined);
      return { endpoint: this.started.endpoint, ready };
    }
    this.started = await startDynamoDb(stacks, this.options.dynamodbEndpoint, this.options.dataDirectory);
    return this.started;
  }

  async close(): Promise<void> {
    await this.started?.close();
  }
}

/** The services of one engine: like the database, they outlive the stacks that are replaced by a reload. */
export class EngineServices {
  private local: LocalServices | undefined;
  /** Those whose queues, rules and schedules invoke functions. */
  private served: readonly LoadedStack[] = [];
  private followed: readonly LoadedStack[] = [];

  /** @param given URL by service; they win over what is served here, but for DynamoDB */
  constructor(
    private readonly options: Omit<ServiceOptions, 'stacks'>,
    private readonly database: EngineDatabase,
    private readonly given: Readonly<Record<string, string>>,
  ) {}

  /** Serves the resources of stacks. What was served before stays until `start`. */
  async follow(stacks: readonly LoadedStack[]): Promise<ServedStacks> {
    if (!this.local && !needsServices(stacks)) {
      return { stacks, endpoints: this.given, variables: {}, ready: Promise.resolve() };
    }
    const { endpoint, ready } = await this.database.add(stacks);
    if (this.local) this.local.follow(stacks);
    else this.local = await startServices({ ...this.options, stacks });
    this.followed = stacks;
    const endpoints = { ...this.local.endpoints, ...this.given, dynamodb: endpoint };
    return {
      stacks: this.local.localize(stacks),
      endpoints,
      variables: variablesOf(endpoints, this.local),
      ready,
    };
  }

  /** Lets queues, rules and schedules of the stacks that were followed last invoke functions. */
  start(functions: FunctionInvoker): void {
    this.served = this.followed;
    this.local?.start(functions);
  }

  /** Runs an event as asynchronous ones are: again when it fails, then to where failures go. */
  readonly invokeLater: InvokeLater = (functionArn, event) => this.local?.invokeLater(functionArn, event);

  /** Goes back to the stacks that were started last: those after them cannot be served. */
  revert(): void {
    this.followed = this.served;
    this.local?.follow(this.served);
  }

  async close(): Promise<void> {
    await this.local?.close();
  }
}
