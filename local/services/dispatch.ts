import { type IncomingMessage } from 'node:http';
import { messageOf } from '../engine-error';
import { type Answer } from './refusal';
import {
  type Caller,
  type Input,
  RestAnswer,
  type RestOperation,
  type RestService,
  type TargetService,
} from './service';
import { ServiceError } from './service-error';

/** Runs one operation on a parsed body. */
export type Runner = (body: string, caller: Caller) => Promise<Answer>;

function parse(body: string): Input {
  try {
    const input: unknown = JSON.parse(body === '' ? '{}' : body);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Input;
  } catch {
    throw new ServiceError('SerializationException', 'the body is not JSON');
  }
  throw new ServiceError('SerializationException', 'the body is not a JSON object');
}

/** Faults of the engine are told as such: the function's log should not blame its own code. */
function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError('InternalFailure', `the local engine failed: ${messageOf(error)}`, 500);
}

async function answered(
  contentType: string,
  status: number,
  run: () => unknown,
  inBody: (error: ServiceError) => object,
): Promise<Answer> {
  try {
    const answer = await run();
    const { output, more } = answer instanceof RestAnswer ? answer : new RestAnswer(answer, {});
    const body = more.text ?? (output === undefined ? '' : JSON.stringify(output));
    return {
      status: more.status ?? status,
      headers: { 'Content-Type': contentType, ...more.headers },
      body,
    };
  } catch (caught) {
    const error = asServiceError(caught);
    return {
      status: error.status,
      headers: {
        'Content-Type': contentType,
        'x-amzn-ErrorType': error.code,
        ...(error.queryCode !== undefined && { 'x-amzn-query-error': `${error.queryCode};Sender` }),
      },
      body: JSON.stringify(inBody(error)),
    };
  }
}

function byTarget(services: readonly TargetService[], target: string): Runner | undefined {
  const [prefix, name = ''] = target.split('.');
  const service = services.find((candidate) => candidate.target === prefix);
  if (!service || !Object.hasOwn(service.operations, name)) return undefined;
  const operation = service.operations[name]!;
  return (body, caller) =>
    answered(
      `application/x-amz-json-${service.protocolVersion}`,
      200,
      async () => (await operation(parse(body), caller)) ?? {},
      ({ code, message }) => ({ __type: code, message }),
    );
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const values: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const text = given[i]!;
    if (part.startsWith('{')) values[part.slice(1, -1)] = decodeURIComponent(text);
    else if (part !== text) return undefined;
  }
  return values;
}

function byPath(services: readonly RestService[], request: IncomingMessage): Runner | undefined {
  const { headers, method } = request;
  const url = new URL(request.url ?? '/', 'http://localhost');
  const find = ({ operations }: RestService) => {
    for (const operation of operations) {
      const path = operation.method === method ? matchPath(operation.path, url.pathname) : undefined;
      if (path) return { operation, path };
    }
    return undefined;
  };
  const found: { operation: RestOperation; path: Record<string, string> } | undefined = services
    .map(find)
    .find((match) => match !== undefined);
  if (!found) return undefined;
  const { operation, path } = found;
  return (body, caller) =>
    answered(
      'application/json',
      operation.status,
      () => operation.run({ path, query: url.searchParams, headers, input: parse(body) }, caller),
      ({ message }) => ({ message }),
    );
}

/** Finds the operation that a request names; undefined when it is not imitated. */
export function dispatch(
  request: IncomingMessage,
  targets: readonly TargetService[],
  rest: readonly RestService[],
): Runner | undefined {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return byTarget(targets, target);
  try {
    return byPath(rest, request);
  } catch {
    // A path that cannot be decoded names nothing.
    return undefined;
  }
}
