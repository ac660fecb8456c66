import type { ListedKey, UsageKeyGateway } from './usage-key-gateway';

/**
 * Time before each call, milliseconds. At most two copies of the function run at a time, so that API Gateway sees at
 * most four calls in any second: under the five of `CreateApiKey` and `DeleteApiKey`, and under half of the ten that
 * a whole account has for its control plane, deployments included.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-service-limits-table.html
 */
export const PACE_MS = 600;

/**
 * Calls API Gateway at a rate that holds without any memory: the wait comes before the call, so that a copy of the
 * function that has just started cannot call sooner than one that has been running.
 */
export class PacedGateway implements UsageKeyGateway {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly gateway: UsageKeyGateway,
    private readonly sleep: (ms: number) => Promise<void>,
  ) {}

  create(value: string): ReturnType<UsageKeyGateway['create']> {
    return this.paced(() => this.gateway.create(value));
  }

  find(name: string): Promise<string | undefined> {
    return this.paced(() => this.gateway.find(name));
  }

  attach(usagePlanId: string, keyId: string): Promise<'attached' | 'refused'> {
    return this.paced(() => this.gateway.attach(usagePlanId, keyId));
  }

  delete(keyId: string): Promise<void> {
    return this.paced(() => this.gateway.delete(keyId));
  }

  async *list(prefix: string): AsyncIterable<ListedKey> {
    await this.sleep(PACE_MS);
    yield* this.gateway.list(prefix);
  }

  /** One call after the other, also where several are asked for at once. */
  private paced<T>(call: () => Promise<T>): Promise<T> {
    const result = this.turn.then(() => this.sleep(PACE_MS)).then(call);
    this.turn = result.catch(() => undefined);
    return result;
  }
}
