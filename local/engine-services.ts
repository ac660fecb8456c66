import { type LoadedStack } from './assembly';
import { type LocalDynamoDb, startDynamoDb } from './dynamodb';
import { type LocalServices, type ServiceOptions, startServices } from './services';

export interface DatabaseOptions {
  readonly dynamodbEndpoint: string | undefined;
  readonly dataDirectory: string | undefined;
}

const NEEDS_SERVICES =
  /^AWS::(Lambda::Function|DynamoDB::(Global)?Table|SQS::Queue|SecretsManager::Secret|Events::(EventBus|Rule))$/;

export function needsServices(stacks: readonly LoadedStack[]): boolean {
  return stacks.some(({ resources }) =>
    [...resources.values()].some(({ type }) => NEEDS_SERVICES.test(type)),
  );
}

/** The services that functions of some stacks call. */
export interface EngineServices {
  /** The stacks with the addresses of the services in them. */
  readonly stacks: readonly LoadedStack[];
  /** URL by service, those given included. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** What functions get in their environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** Settles when the tables can be used. */
  readonly ready: Promise<void>;
  /** Undefined for stacks that need none. */
  readonly local: LocalServices | undefined;
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

/** @param given URL by service; they win over what is served here, but for DynamoDB */
export async function startEngineServices(
  options: Omit<ServiceOptions, 'stacks'> & { readonly stacks: readonly LoadedStack[] },
  database: EngineDatabase,
  given: Readonly<Record<string, string>>,
): Promise<EngineServices> {
  const { stacks } = options;
  if (!needsServices(stacks)) {
    return { stacks, endpoints: given, variables: {}, ready: Promise.resolve(), local: undefined };
  }
  const { endpoint, ready } = await database.add(stacks);
  const local = await startServices(options);
  const endpoints = { ...local.endpoints, ...given, dynamodb: endpoint };
  return {
    stacks: local.localize(stacks),
    endpoints,
    variables: variablesOf(endpoints, local),
    ready,
    local,
  };
}
