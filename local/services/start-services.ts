import { type LoadedStack } from '../assembly';
import { type MovableClock } from '../clock';
import { type EngineFinding, type FunctionInvoker, type InvokeLater, type ResolvedStack } from '../contract';
import { type GatewayControl } from '../gateway';
import { Agenda } from './agenda';
import { EventBuses } from './events/event-buses';
import { eventBridge } from './events/event-bridge';
import { compileRule } from './events/rule';
import { AsyncInvoker } from './functions/async-invoker';
import { asyncSettings } from './functions/async-settings';
import { lambdaOperations } from './functions/lambda-operations';
import { mappingSettings } from './functions/mapping-settings';
import { QueuePoller } from './functions/queue-poller';
import { apiKeyOperations } from './gateway-control/api-key-operations';
import { controlState } from './gateway-control/control-state';
import { usagePlanOperations } from './gateway-control/usage-plan-operations';
import { localizeFunctions } from './localize-functions';
import { QueueRegistry } from './queues/queue-registry';
import { sqs } from './queues/sqs';
import { resolveSecretReferences } from './secrets/dynamic-reference';
import { resolveInGateway } from './secrets/gateway-references';
import { SecretStore } from './secrets/secret-store';
import { secretsManager } from './secrets/secrets-manager';
import { startServiceServer } from './service-server';
import { resourcesOfType } from './stack-resources';

export interface ServiceOptions {
  readonly stacks: readonly ResolvedStack[];
  readonly clock: MovableClock;
  readonly control: GatewayControl;
  /** Values of secrets by name, ARN, logical id or construct path: those that the stacks import, and others. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** How long a key takes to be honoured on a usage plan that it was put on. Milliseconds. @default 0 */
  readonly keyDelayMs?: number;
  /** Told once of each thing that a function asked for in vain. */
  readonly onFinding?: (finding: EngineFinding) => void;
}

/** The services that functions call. */
export interface LocalServices {
  /** Of the one server that all of them share, and that refuses what is not imitated. */
  readonly endpoint: string;
  /** By the name that SDKs use in `AWS_ENDPOINT_URL_<SERVICE>`. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Resolves dynamic references to secrets in APIs and variables of functions, in these URLs of queues, too. */
  localize(stacks: readonly LoadedStack[]): LoadedStack[];
  /** Takes over the resources of other stacks; messages and versions of those that were there stay. */
  follow(stacks: readonly ResolvedStack[]): void;
  /** Lets queues, rules and schedules of the stacks that were followed last, and no others, invoke functions. */
  start(functions: FunctionInvoker): void;
  readonly invokeLater: InvokeLater;
  close(): Promise<void>;
}

/** Tells each finding once. */
function once(onFinding: ServiceOptions['onFinding']): (code: string, message: string, path: string) => void {
  const told = new Set<string>();
  return (code, message, path) => {
    if (told.has(`${code} ${message}`)) return;
    told.add(`${code} ${message}`);
    onFinding?.({ severity: 'notice', code, message, path });
  };
}

/**
 * Serves Secrets Manager, SQS, EventBridge, invocations of functions and the control plane of API Gateway on loopback.
 *
 * @throws EngineError SecretNotGenerated
 */
export async function startServices(options: ServiceOptions): Promise<LocalServices> {
  const { clock, control, secrets = {}, keyDelayMs = 0 } = options;
  const tell = once(options.onFinding);
  const server = await startServiceServer((operation) => {
    tell('OperationNotImitated', `a function called ${operation}, which is not imitated`, operation);
  });
  const { endpoint } = server;
  const agenda = new Agenda(clock);
  const store = new SecretStore(secrets, clock);
  const queues = new QueueRegistry(agenda, endpoint);
  let known: readonly ResolvedStack[] = [];
  const state = controlState(() => known, control, clock, keyDelayMs);
  let functions: FunctionInvoker | undefined;
  const late: FunctionInvoker = {
    has: (arn) => functions?.has(arn) ?? false,
    invoke: (arn, event) =>
      functions?.invoke(arn, event) ??
      Promise.resolve({ kind: 'crash', errorMessage: 'the engine is starting' }),
  };
  const invoker = new AsyncInvoker(late, queues, agenda, (arn) => asyncSettings(known)(arn));
  const buses = new EventBuses(queues, invoker, agenda, (message, path) =>
    tell('EventNotDelivered', message, path),
  );
  const onLost = (bus: string) =>
    tell('EventBusMissing', `events for ${bus} are lost: no stack has that bus`, bus);
  server.serve(
    [secretsManager(store, clock), sqs(queues, agenda), eventBridge(buses, clock, onLost)],
    [
      { name: 'apigateway', operations: [...apiKeyOperations(state), ...usagePlanOperations(state)] },
      { name: 'lambda', operations: lambdaOperations(late, invoker) },
    ],
  );

  const follow = (stacks: readonly ResolvedStack[]) => {
    known = stacks;
    queues.follow(stacks);
    store.follow(stacks);
    buses.follow(stacks);
  };
  try {
    follow(options.stacks);
  } catch (error) {
    agenda.close();
    await server.close();
    throw error;
  }

  let pollers: QueuePoller[] = [];
  return {
    endpoint,
    endpoints: {
      api_gateway: endpoint,
      eventbridge: endpoint,
      lambda: endpoint,
      secrets_manager: endpoint,
      sqs: endpoint,
    },
    localize: (loaded) => {
      const resolve = (text: string, region: string) => resolveSecretReferences(text, store, region);
      return localizeFunctions(resolveInGateway(loaded, resolve), (value, region) =>
        resolve(queues.localize(value), region),
      );
    },
    follow,
    invokeLater: (arn, event) => invoker.invoke(arn, event),
    start: (started) => {
      functions = started;
      for (const poller of pollers) poller.close();
      buses.start(resourcesOfType(known, 'AWS::Events::Rule').map(compileRule));
      pollers = mappingSettings(known).flatMap((settings) => {
        const isFed = settings.isEnabled && started.has(settings.functionName);
        const queue = isFed ? queues.byArn(settings.queueArn) : undefined;
        return queue ? [new QueuePoller(settings, queue, started, agenda)] : [];
      });
    },
    close: async () => {
      for (const poller of pollers) poller.close();
      buses.close();
      agenda.close();
      await server.close();
    },
  };
}
