import { EngineError } from '../engine-error';
import { type TemplateParameter } from './template';

type Rule = (declared: TemplateParameter, value: string) => string | undefined;

const limit = (bound: number | string | undefined, broken: (bound: number) => boolean, text: string) =>
  bound !== undefined && broken(Number(bound)) ? `must be ${text} ${bound}` : undefined;

const NUMBERS: ReadonlySet<string> = new Set(['Number', 'List<Number>']);

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
const RULES: readonly Rule[] = [
  ({ AllowedValues }, value) =>
    AllowedValues && !AllowedValues.map(String).includes(value)
      ? `must be one of ${AllowedValues.join(', ')}`
      : undefined,
  ({ AllowedPattern }, value) =>
    AllowedPattern !== undefined && !matches(AllowedPattern, value)
      ? `must match ${AllowedPattern}`
      : undefined,
  ({ Type }, value) => (NUMBERS.has(Type) && !isNumber(value) ? 'must be a number' : undefined),
  ({ MinLength }, value) => limit(MinLength, (n) => value.length < n, 'of at least this many characters:'),
  ({ MaxLength }, value) => limit(MaxLength, (n) => value.length > n, 'of at most this many characters:'),
  ({ Type, MinValue }, value) =>
    Type === 'Number' ? limit(MinValue, (n) => Number(value) < n, 'at least') : undefined,
  ({ Type, MaxValue }, value) =>
    Type === 'Number' ? limit(MaxValue, (n) => Number(value) > n, 'at most') : undefined,
];

/** Patterns are Java's; one that JavaScript cannot read is left to CloudFormation. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    return true;
  }
}

function isNumber(value: string): boolean {
  return value.trim() !== '' && Number.isFinite(Number(value));
}

function isList(type: string): boolean {
  return type === 'CommaDelimitedList' || type.includes('List<') || type.endsWith('<CommaDelimitedList>');
}

/** Whether the value is the name of an SSM parameter whose content CloudFormation would look up. */
export function isLookedUp(declared: TemplateParameter): boolean {
  return declared.Type.startsWith('AWS::SSM::Parameter::Value');
}

/**
 * The value of a parameter, from an override or its default, after the checks that CloudFormation makes.
 *
 * @throws ParameterMissing, ParameterInvalid
 */
export function parameterValue(
  name: string,
  declared: TemplateParameter,
  override: unknown,
  stackName: string,
): unknown {
  if (override === undefined && isLookedUp(declared)) {
    throw new EngineError(
      'ParameterMissing',
      `parameter ${name} of stack ${stackName} is read from SSM parameter ${String(declared.Default)} on AWS; give its content: ${name}=<value>`,
    );
  }
  const given = override ?? declared.Default;
  if (given === undefined) {
    throw new EngineError(
      'ParameterMissing',
      `parameter ${name} of stack ${stackName} has no default; give it a value: ${name}=<value>`,
    );
  }
  const texts = isList(declared.Type)
    ? (Array.isArray(given) ? given.map(String) : String(given).split(',')).map((item) => item.trim())
    : [String(given)];
  for (const text of texts) {
    const broken = RULES.map((rule) => rule(declared, text)).find((problem) => problem !== undefined);
    if (broken === undefined) continue;
    const got = String(declared.NoEcho) === 'true' ? 'a value that is not to be shown' : text;
    throw new EngineError(
      'ParameterInvalid',
      `parameter ${name} of stack ${stackName} ${broken}, got ${got}`,
    );
  }
  return isList(declared.Type) ? texts : texts[0];
}
