import { randomUUID } from 'node:crypto';
import { ServiceError } from '../service-error';

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';

/** Exactly one of the two is there; `binary` is base64. */
export interface SecretValue {
  readonly text?: string;
  readonly binary?: string;
}

export interface SecretVersion extends SecretValue {
  readonly id: string;
  readonly createdAt: number;
  readonly stages: Set<string>;
}

/**
 * One secret with its versions; each staging label is on one version at most.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
 */
export class Secret {
  readonly versions = new Map<string, SecretVersion>();
  changedAt: number;

  constructor(
    readonly arn: string,
    readonly name: string,
    readonly description: string | undefined,
    readonly createdAt: number,
  ) {
    this.changedAt = createdAt;
  }

  /**
   * @param token version id; the same one with the same value again is no change
   * @throws ServiceError ResourceExistsException when the version has another value
   */
  put(
    value: SecretValue,
    now: number,
    token: string = randomUUID(),
    stages: readonly string[] = [CURRENT],
  ): SecretVersion {
    const known = this.versions.get(token);
    if (known && (known.text !== value.text || known.binary !== value.binary)) {
      const message = `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${this.arn}.`;
      throw new ServiceError('ResourceExistsException', message);
    }
    if (known) return known;
    const version = { ...value, id: token, createdAt: now, stages: new Set<string>() };
    this.versions.set(token, version);
    for (const stage of stages) this.move(stage, version);
    this.changedAt = now;
    return version;
  }

  withStage(stage: string): SecretVersion | undefined {
    return [...this.versions.values()].find(({ stages }) => stages.has(stage));
  }

  /**
   * Moves a label. The version that loses AWSCURRENT becomes AWSPREVIOUS.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
   */
  move(stage: string, to: SecretVersion | undefined): void {
    const from = this.withStage(stage);
    if (from === to) return;
    from?.stages.delete(stage);
    to?.stages.add(stage);
    if (stage === CURRENT && from) this.move(PREVIOUS, from);
  }
}
