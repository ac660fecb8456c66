import { type Clock, type ResolvedStack } from '../../contract';
import { type GatewayControl } from '../../gateway';
import { stringOf } from '../../gateway/compile/l1';
import { type ApiKeys } from '../../gateway/usage/api-keys';
import { ServiceError } from '../service-error';
import { resourcesOfType } from '../stack-resources';

/** What the gateway itself does not need to know about a key. */
export interface KeyRecord {
  name: string | undefined;
  description: string | undefined;
  customerId: string | undefined;
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  changedAt: number;
}

/** What the operations of API Gateway's control plane share. */
export interface ControlState {
  readonly control: GatewayControl;
  readonly keys: ApiKeys;
  readonly clock: Clock;
  /** How long a key takes to be honoured on a plan that it was put on. Milliseconds. */
  readonly keyDelayMs: number;
  readonly records: Map<string, KeyRecord>;
  record(keyId: string): KeyRecord;
}

export function notFound(what: string): ServiceError {
  return new ServiceError('NotFoundException', `Invalid ${what} identifier specified`, 404);
}

function ofTemplate(stacks: readonly ResolvedStack[], keyId: string, now: number): KeyRecord {
  const found = resourcesOfType(stacks, 'AWS::ApiGateway::ApiKey').find(
    ({ resource }) => resource.physicalId === keyId,
  );
  const p = found?.resource.properties ?? {};
  return {
    name: stringOf(p, 'Name') ?? found?.resource.logicalId,
    description: stringOf(p, 'Description'),
    customerId: stringOf(p, 'CustomerId'),
    tags: undefined,
    createdAt: now,
    changedAt: now,
  };
}

export function controlState(
  stacks: () => readonly ResolvedStack[],
  control: GatewayControl,
  clock: Clock,
  keyDelayMs: number,
): ControlState {
  const startedAt = clock.now();
  const records = new Map<string, KeyRecord>();
  return {
    control,
    // Another assembly may bring other ones.
    get keys() {
      return control.keys;
    },
    clock,
    keyDelayMs,
    records,
    record: (keyId) => {
      const known = records.get(keyId) ?? ofTemplate(stacks(), keyId, startedAt);
      records.set(keyId, known);
      return known;
    },
  };
}
