import { type FunctionInvoker } from '../../contract';
import { RestAnswer, type RestOperation, type RestRequest } from '../service';
import { ServiceError } from '../service-error';
import { type AsyncInvoker, errorOf } from './async-invoker';

const INVOCATION_TYPES = ['RequestResponse', 'Event', 'DryRun'];

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MAX_ASYNCHRONOUS_BYTES = 1_048_576;

function validateAsynchronous(event: string): void {
  const bytes = Buffer.byteLength(event);
  if (bytes <= MAX_ASYNCHRONOUS_BYTES) return;
  const message = `${bytes} byte payload is too large for the Event invocation type (limit ${MAX_ASYNCHRONOUS_BYTES} bytes)`;
  throw new ServiceError('RequestTooLargeException', message, 413);
}

/**
 * Invocations by callers of the Lambda API. Events have to be JSON objects.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function lambdaOperations(
  functions: FunctionInvoker,
  invokeLater: Pick<AsyncInvoker, 'invoke'>,
): RestOperation[] {
  const invoke = async ({ path, headers, input }: RestRequest): Promise<RestAnswer> => {
    const name = path.FunctionName!;
    const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (!INVOCATION_TYPES.includes(String(type))) {
      throw new ServiceError(
        'ValidationException',
        `InvocationType must be one of ${INVOCATION_TYPES.join(', ')}`,
      );
    }
    if (!functions.has(name)) {
      throw new ServiceError('ResourceNotFoundException', `Function not found: ${name}`, 404);
    }
    if (type === 'DryRun') return new RestAnswer(undefined, { status: 204 });
    const event = JSON.stringify(input);
    if (type === 'Event') {
      validateAsynchronous(event);
      invokeLater.invoke(name, event);
      return new RestAnswer(undefined, { status: 202 });
    }
    const version = { 'X-Amz-Executed-Version': '$LATEST' };
    const result = await functions.invoke(name, event);
    if (result.kind === 'success') {
      // What a streaming function wrote need not be JSON.
      return new RestAnswer(undefined, { text: result.payload, headers: version });
    }
    if (result.kind === 'throttled') {
      throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429);
    }
    return new RestAnswer(errorOf(result), {
      headers: { ...version, 'X-Amz-Function-Error': 'Unhandled' },
    });
  };
  return [
    {
      method: 'POST',
      path: '/2015-03-31/functions/{FunctionName}/invocations',
      status: 200,
      run: invoke,
    },
  ];
}
