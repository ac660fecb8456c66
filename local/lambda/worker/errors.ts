/** An error in the three parts that the Lambda service reports. */
export type ErrorParts = readonly [errorType: string, message: string, stack: readonly string[]];

/** @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/Errors.js */
export function errorParts(error: unknown): ErrorParts {
  if (error instanceof Error || Object.prototype.toString.call(error) === '[object Error]') {
    const { name, message, stack } = error as Error;
    return [String(name), String(message), String(stack ?? '').split('\n')];
  }
  return [typeof error, String(error), []];
}
