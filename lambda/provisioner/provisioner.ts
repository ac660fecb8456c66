import {
  givenUp,
  isEmpty,
  nextProvisioningStep,
  withKey,
  withoutKey,
  withoutRoom,
  type ProvisioningStep,
  type ProvisioningTerms,
  type UsageKeyRef,
  type UsageKeyState,
} from '../../lib/domain/provisioning';
import type { UsageKeyRecord, UsageKeyStore } from '../store/usage-key-store';
import type { UsageKeyGateway } from './usage-key-gateway';

export interface ProvisionerPorts {
  readonly store: UsageKeyStore;
  readonly gateway: UsageKeyGateway;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** The Region had no room for a key of this account. */
  readonly onExhausted: (accountId: string) => void;
}

/** An activation takes nine steps, a change of plan thirteen: more means that others work on the same account. */
const MAX_STEPS = 30;

/** Brings one account to the key that it should have, one recorded step at a time. */
export class Provisioner {
  constructor(
    private readonly ports: ProvisionerPorts,
    private readonly terms: ProvisioningTerms,
  ) {}

  /**
   * Goes on from wherever the account is.
   *
   * @returns when to come back, milliseconds since the epoch; `undefined`: nothing is left to do
   * @throws Error when a step fails; coming back is always right
   */
  async provision(accountId: string): Promise<number | undefined> {
    for (let count = 0; count < MAX_STEPS; count += 1) {
      const record = await this.ports.store.read(accountId);
      const now = this.ports.clock();
      const step = nextProvisioningStep(accountId, record.account, record.state, this.terms, now);
      if (step.kind === 'wait') return step.until;
      if (step.kind === 'done') return this.finish(record);
      await this.take(record, step);
    }
    throw new Error(`account ${accountId} has not settled after ${MAX_STEPS} steps`);
  }

  private async take(
    record: UsageKeyRecord,
    step: Exclude<ProvisioningStep, { kind: 'wait' | 'done' }>,
  ): Promise<void> {
    const { store, gateway, clock } = this.ports;
    switch (step.kind) {
      case 'record':
        return store.save(record, step.state);
      case 'create':
        return store.save(record, await this.create(record, step.key));
      case 'attach': {
        const { key } = step;
        const answer = await gateway.attach(key.usagePlanId, key.keyId!);
        const state =
          answer === 'attached'
            ? withKey(record.state, { ...key, attachedAt: clock() })
            : givenUp(record.state, clock());
        return store.save(record, state);
      }
      case 'name':
        return store.nameKey(record, step.key.value);
      case 'unname':
        return store.nameKey(record, undefined);
      case 'delete': {
        // Its id is not known where the answer was lost that told it.
        const keyId = step.key.keyId ?? (await gateway.find(step.key.value));
        if (keyId !== undefined) await gateway.delete(keyId);
        return store.save(record, withoutKey(record.state, step.key));
      }
    }
  }

  private async create({ accountId, state }: UsageKeyRecord, key: UsageKeyRef): Promise<UsageKeyState> {
    const { gateway, clock, onExhausted } = this.ports;
    const answer = await gateway.create(key.value);
    if (typeof answer === 'object') return withKey(state, { ...key, keyId: answer.keyId });
    // An earlier call may have made it, its answer lost: also where there is no room for another.
    const keyId = await gateway.find(key.value);
    if (keyId !== undefined) return withKey(state, { ...key, keyId });
    if (answer === 'exists') throw new Error(`key ${key.value} exists and is not found`);
    onExhausted(accountId);
    return withoutRoom(state, clock());
  }

  /** An account that is gone leaves nothing behind. */
  private async finish(record: UsageKeyRecord): Promise<undefined> {
    if (record.account === undefined && record.revision > 0 && isEmpty(record.state)) {
      await this.ports.store.remove(record);
    }
  }
}
