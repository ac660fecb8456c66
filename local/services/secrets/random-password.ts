import { createHash } from 'node:crypto';
import { messageOf } from '../../engine-error';
import { booleanOf, numberOf, type Properties, stringOf } from '../../gateway/compile/l1';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const UPPERCASE = LOWERCASE.toUpperCase();
const NUMBERS = '0123456789';
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const DEFAULT_LENGTH = 32;
const MAX_LENGTH = 4096;

/** Bytes without end, the same for the same seed. */
function* bytesOf(seed: string): Generator<number> {
  for (let block = 0; ; block++) yield* createHash('sha256').update(`${seed}/${block}`).digest();
}

function allowed(settings: Properties): string[] {
  const excluded = stringOf(settings, 'ExcludeCharacters') ?? '';
  const included = (flag: string, characters: string) => (booleanOf(settings, flag) ? '' : characters);
  return [
    included('ExcludeLowercase', LOWERCASE),
    included('ExcludeUppercase', UPPERCASE),
    included('ExcludeNumbers', NUMBERS),
    included('ExcludePunctuation', PUNCTUATION),
    booleanOf(settings, 'IncludeSpace') ? ' ' : '',
  ]
    .map((characters) => [...characters].filter((character) => !excluded.includes(character)).join(''))
    .filter((characters) => characters !== '');
}

/**
 * A password by the rules of `GenerateSecretString`. It is derived from the seed, so that a stack has the same secrets
 * at every start; it protects nothing.
 *
 * @throws SyntaxError
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html
 */
export function generatePassword(settings: Properties, seed: string): string {
  const kinds = allowed(settings);
  const bytes = bytesOf(seed);
  const pick = (characters: string) => characters[bytes.next().value! % characters.length]!;
  const length = numberOf(settings, 'PasswordLength') ?? DEFAULT_LENGTH;
  if (!(length >= 1 && length <= MAX_LENGTH)) {
    throw new SyntaxError(`PasswordLength must be 1 to ${MAX_LENGTH}, got ${length}`);
  }
  const required = booleanOf(settings, 'RequireEachIncludedType') === false ? [] : kinds.map(pick);
  const password = required.slice(0, length);
  while (password.length < length && kinds.length > 0) {
    password.splice(bytes.next().value! % (password.length + 1), 0, pick(kinds.join('')));
  }
  return password.join('');
}

function templateOf(settings: Properties): object {
  const text = stringOf(settings, 'SecretStringTemplate') ?? '{}';
  try {
    const template: unknown = JSON.parse(text);
    if (typeof template === 'object' && template !== null && !Array.isArray(template)) return template;
  } catch (error) {
    throw new SyntaxError(`SecretStringTemplate is not JSON: ${messageOf(error)}`, { cause: error });
  }
  throw new SyntaxError(`SecretStringTemplate must be a JSON object, got ${text}`);
}

/**
 * The value of `GenerateSecretString`: a password, or a JSON object with a password in it.
 *
 * @throws SyntaxError
 */
export function generateSecretString(settings: Properties, seed: string): string {
  const password = generatePassword(settings, seed);
  const key = stringOf(settings, 'GenerateStringKey');
  if (key === undefined) return password;
  return JSON.stringify({ ...templateOf(settings), [key]: password });
}
