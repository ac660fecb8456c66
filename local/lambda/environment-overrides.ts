import { EngineError } from '../engine-error';

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html */
const NAME = /^[A-Za-z][A-Za-z0-9_]+$/;
/** Set by Lambda, and here what keeps functions on this machine. */
const RESERVED = /^(AWS|LAMBDA)_/;

/**
 * Refuses variables that Lambda would refuse, or keeps for itself.
 *
 * @throws EngineError VariableReserved or VariableNameInvalid
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function checkOverrides(overrides: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(overrides)) {
    if (RESERVED.test(name)) {
      throw new EngineError(
        'VariableReserved',
        `variable ${name} cannot be set for functions: names with AWS_ and LAMBDA_ are reserved; use another name`,
      );
    }
    if (!NAME.test(name)) {
      throw new EngineError(
        'VariableNameInvalid',
        `'${name}' cannot be a variable of a function: a name is a letter, then letters, digits and underscores, two characters at least`,
      );
    }
  }
}
