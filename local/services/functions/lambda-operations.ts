import { type FunctionInvoker } from '../../contract';
import { RestAnswer, type RestOperation, type RestRequest } from '../service';
import { ServiceError } from '../service-error';
import { type AsyncInvoker, errorOf } from './async-invoker';

const INVOCATION_TYPES = ['RequestResponse', 'Event', 'DryRun'];

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
    if (type === 'Event') {
      invokeLater.invoke(name, JSON.stringify(input));
      return new RestAnswer(undefined, { status: 202 });
    }
    const version = { 'X-Amz-Executed-Version': '$LATEST' };
    const result = await functions.invoke(name, JSON.stringify(input));
    if (result.kind === 'success') {
      return new RestAnswer(JSON.parse(result.payload) as unknown, { headers: version });
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
