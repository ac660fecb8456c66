import { type Clock } from '../../contract';
import { bagsOf, numberOf, stringOf, stringsOf } from '../../gateway/compile/l1';
import { type Caller, type Input, type TargetService } from '../service';
import { ServiceError } from '../service-error';
import { parseArn } from '../stack-resources';
import { textMember } from '../text-member';
import { CURRENT, type Secret, type SecretVersion } from './secret';
import { type SecretStore } from './secret-store';

// https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
const MAX_VALUE_BYTES = 65_536;

function required(input: Input, name: string): string {
  const value = stringOf(input, name);
  if (value === undefined || value === '') {
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value at '${name[0]!.toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

/** The protocol's timestamps are seconds. */
const seconds = (ms: number) => ms / 1000;

function stagesByVersion(secret: Secret): Record<string, string[]> {
  const labelled = [...secret.versions.values()].filter(({ stages }) => stages.size > 0);
  return Object.fromEntries(labelled.map(({ id, stages }) => [id, [...stages]]));
}

function describe(secret: Secret, listed: boolean): object {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    CreatedDate: seconds(secret.createdAt),
    LastChangedDate: seconds(secret.changedAt),
    [listed ? 'SecretVersionsToStages' : 'VersionIdsToStages']: stagesByVersion(secret),
  };
}

/** Filters match the beginnings of words; here, of the whole value. */
function passes(secret: Secret, filters: readonly Input[]): boolean {
  return filters.every((filter) => {
    const fields = new Map([
      ['name', secret.name],
      ['description', secret.description ?? ''],
    ]);
    const field = fields.get(stringOf(filter, 'Key') ?? '');
    if (field === undefined) {
      throw new ServiceError(
        'NotImitatedLocally',
        'the local engine filters by name and description only',
        501,
      );
    }
    return stringsOf(filter, 'Values').some((value) =>
      value.startsWith('!') ? !field.startsWith(value.slice(1)) : field.startsWith(value),
    );
  });
}

/**
 * Secrets Manager, as far as functions read secrets and rotate them.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html
 */
export function secretsManager(store: SecretStore, clock: Clock): TargetService {
  const find = (input: Input, { region }: Caller): Secret => {
    const secret = store.find(required(input, 'SecretId'), region);
    if (!secret) {
      throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    return secret;
  };

  const versionOf = (secret: Secret, input: Input): SecretVersion => {
    const id = stringOf(input, 'VersionId');
    const stage = stringOf(input, 'VersionStage') ?? (id === undefined ? CURRENT : undefined);
    const version = id === undefined ? secret.withStage(stage!) : secret.versions.get(id);
    if (version && stage !== undefined && !version.stages.has(stage)) {
      throw new ServiceError(
        'InvalidRequestException',
        'You provided a VersionStage that is not associated to the provided VersionId.',
      );
    }
    if (!version) {
      const what = id === undefined ? `staging label: ${stage}` : `VersionId: ${id}`;
      throw new ServiceError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for ${what}`,
      );
    }
    return version;
  };

  return {
    name: 'secretsmanager',
    target: 'secretsmanager',
    protocolVersion: '1.1',
    operations: {
      GetSecretValue: (input, caller) => {
        const secret = find(input, caller);
        const version = versionOf(secret, input);
        return {
          ARN: secret.arn,
          Name: secret.name,
          VersionId: version.id,
          SecretString: version.text,
          SecretBinary: version.binary,
          VersionStages: [...version.stages],
          CreatedDate: seconds(version.createdAt),
        };
      },
      DescribeSecret: (input, caller) => describe(find(input, caller), false),
      PutSecretValue: (input, caller) => {
        const secret = find(input, caller);
        const [text, binary] = [textMember(input, 'SecretString'), textMember(input, 'SecretBinary')];
        if ((text === undefined) === (binary === undefined)) {
          throw new ServiceError(
            'InvalidRequestException',
            'You must provide either SecretString or SecretBinary, and not both.',
          );
        }
        if (Buffer.byteLength(text ?? '') > MAX_VALUE_BYTES) {
          throw new ServiceError('ValidationException', `SecretString exceeds ${MAX_VALUE_BYTES} bytes`);
        }
        const stages = stringsOf(input, 'VersionStages');
        const { id, stages: labels } = secret.put(
          { text, binary },
          clock.now(),
          stringOf(input, 'ClientRequestToken'),
          stages.length > 0 ? stages : undefined,
        );
        return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: [...labels] };
      },
      UpdateSecretVersionStage: (input, caller) => {
        const secret = find(input, caller);
        const stage = required(input, 'VersionStage');
        const [from, to] = [stringOf(input, 'RemoveFromVersionId'), stringOf(input, 'MoveToVersionId')];
        const holder = secret.withStage(stage)?.id;
        if (holder !== from) {
          throw new ServiceError(
            'InvalidParameterException',
            `The parameter RemoveFromVersionId must be the version that holds ${stage}: ${holder ?? 'none'}`,
          );
        }
        secret.move(stage, to === undefined ? undefined : versionOf(secret, { VersionId: to }));
        return { ARN: secret.arn, Name: secret.name };
      },
      ListSecrets: (input, { region }) => {
        const all = store.secrets.filter(
          (secret) => parseArn(secret.arn).region === region && passes(secret, bagsOf(input, 'Filters')),
        );
        const start = Number(stringOf(input, 'NextToken') ?? 0);
        const end = start + (numberOf(input, 'MaxResults') ?? 100);
        return {
          SecretList: all.slice(start, end).map((secret) => describe(secret, true)),
          NextToken: end < all.length ? String(end) : undefined,
        };
      },
    },
  };
}
