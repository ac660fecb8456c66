import { type Clock, type ResolvedStack } from '../../contract';
import { EngineError, messageOf } from '../../engine-error';
import { bagOf, stringOf } from '../../gateway/compile/l1';
import { DEFAULT_ACCOUNT } from '../../assembly/environment';
import { generateId } from '../../assembly/names';
import { parseArn, resourcesOfType, type StackResource } from '../stack-resources';
import { generateSecretString } from './random-password';
import { Secret } from './secret';

/** A secret's ARN ends with a hyphen and six characters that its name does not have. */
const SUFFIX = /-[A-Za-z0-9]{6}$/;

/** @throws EngineError SecretNotGenerated */
function initialValue({ resource }: StackResource): string | undefined {
  const { properties, physicalId, path } = resource;
  const generate = bagOf(properties, 'GenerateSecretString');
  try {
    return stringOf(properties, 'SecretString') ?? (generate && generateSecretString(generate, physicalId));
  } catch (error) {
    throw new EngineError('SecretNotGenerated', `${messageOf(error)} [${path}]`, { cause: error });
  }
}

/** The secrets of the stacks, and those that they import. */
export class SecretStore {
  readonly secrets: Secret[] = [];
  /** What the stacks said last, by ARN. */
  private readonly declared = new Map<string, string | undefined>();
  /** Keys of the given values that a secret of the stacks has taken. */
  private readonly taken = new Set<string>();
  /** ARNs of the secrets of the stacks that have a given value, which wins. */
  private readonly given = new Set<string>();

  /**
   * @param values by name, ARN, logical id or construct path; they win over what the template says, and those that no
   *   stack declares are secrets that the stacks import, in every Region
   */
  constructor(
    private readonly values: Readonly<Record<string, string>>,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes over the secrets of the stacks. Those that are there already keep their versions; a value that the template
   * has changed is their next one.
   *
   * @throws EngineError SecretNotGenerated
   */
  follow(stacks: readonly ResolvedStack[]): void {
    for (const found of resourcesOfType(stacks, 'AWS::SecretsManager::Secret')) {
      const { logicalId, path, physicalId: arn, properties } = found.resource;
      const declared = initialValue(found);
      const known = this.secrets.find((secret) => secret.arn === arn);
      const isChanged = this.declared.get(arn) !== declared;
      this.declared.set(arn, declared);
      if (known) {
        if (isChanged && declared !== undefined && !this.given.has(arn))
          known.put({ text: declared }, this.clock.now());
        continue;
      }
      const name = parseArn(arn)
        .resource.replace(/^secret:/, '')
        .replace(SUFFIX, '');
      const secret = new Secret(arn, name, stringOf(properties, 'Description'), this.clock.now());
      const given = [name, arn, logicalId, path].find((key) => Object.hasOwn(this.values, key));
      if (given !== undefined) {
        this.taken.add(given);
        this.given.add(arn);
      }
      const text = given === undefined ? declared : this.values[given];
      if (text !== undefined) secret.put({ text }, this.clock.now());
      this.secrets.push(secret);
    }
  }

  /** By ARN, ARN without its suffix, or name. */
  find(id: string, region: string): Secret | undefined {
    const isArn = id.startsWith('arn:');
    const own = this.secrets.find(({ arn, name }) =>
      isArn ? arn === id || arn.replace(SUFFIX, '') === id : name === id && parseArn(arn).region === region,
    );
    return own ?? this.import(id, region);
  }

  /** Imported secrets get their place when they are first asked for: only then their Region is known. */
  private import(id: string, region: string): Secret | undefined {
    const { resource, region: ownRegion, accountId } = parseArn(id);
    const name = id.startsWith('arn:') ? resource.replace(/^secret:/, '') : id;
    const names = [id, name, name.replace(SUFFIX, '')];
    const key = names.find((name) => Object.hasOwn(this.values, name) && !this.taken.has(name));
    if (key === undefined) return undefined;
    const plain = key.startsWith('arn:') ? name.replace(SUFFIX, '') : key;
    const suffix = generateId(plain, 6);
    const partition = id.startsWith('arn:') ? id.split(':')[1] : 'aws';
    const place = `${ownRegion || region}:${accountId || DEFAULT_ACCOUNT}`;
    const arn = `arn:${partition}:secretsmanager:${place}:secret:${plain}-${suffix}`;
    const known = this.secrets.find((secret) => secret.arn === arn);
    if (known) return known;
    const secret = new Secret(arn, plain, undefined, this.clock.now());
    secret.put({ text: this.values[key] }, this.clock.now());
    this.secrets.push(secret);
    return secret;
  }
}
