import { messageOf } from '../../engine-error';
import { bagOf, type Properties, stringOf, textMapOf } from '../../gateway/compile/l1';

/** An event as rules see it: the JSON of the service. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export interface RuleNames {
  readonly arn: string;
  readonly name: string;
}

/** What a target is sent for an event, as JSON text. */
export type TargetInput = (event: BusEvent, rule: RuleNames) => string;

/**
 * Reads `$.detail.items[0].id`; wildcards and filters are not part of what the service takes here.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
function readPath(event: unknown, path: string): unknown {
  const keys = path.replace(/^\$\.?/, '').match(/[^.[\]'"]+/g) ?? [];
  return keys.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<string, unknown>)[key];
  }, event);
}

const withoutQuotes = (text: string) => JSON.stringify(text).slice(1, -1);

/** Variables within quotes become part of the text; elsewhere they are JSON values of their own. */
function fill(template: string, valueOf: (name: string) => unknown): string {
  let quoted = false;
  return template.replace(/\\.|"|<([\w.-]+)>/gs, (token, name: string | undefined) => {
    if (token === '"') quoted = !quoted;
    if (name === undefined) return token;
    const value = valueOf(name);
    if (!quoted) return JSON.stringify(value ?? '');
    if (value === undefined) return '';
    return withoutQuotes(typeof value === 'string' ? value : JSON.stringify(value));
  });
}

function transformer(settings: Properties): TargetInput {
  const paths = textMapOf(settings, 'InputPathsMap') ?? {};
  const template = stringOf(settings, 'InputTemplate') ?? '';
  return (event, rule) => {
    const predefined: Record<string, unknown> = {
      'aws.events.rule-arn': rule.arn,
      'aws.events.rule-name': rule.name,
      'aws.events.event.ingestion-time': event.time,
      'aws.events.event': { ...event, detail: undefined },
      'aws.events.event.json': event,
    };
    return fill(template, (name) =>
      Object.hasOwn(paths, name) ? readPath(event, paths[name]!) : predefined[name],
    );
  };
}

/** @throws SyntaxError as the service refuses a rule whose constant is not JSON */
function constant(input: string, target: Properties): TargetInput {
  try {
    JSON.parse(input);
  } catch (error) {
    const message = `Input of target ${stringOf(target, 'Id') ?? ''} is not JSON: ${messageOf(error)}`;
    throw new SyntaxError(message, { cause: error });
  }
  return () => input;
}

/**
 * Compiles `Input`, `InputPath` or `InputTransformer` of a target; without them it gets the event itself.
 *
 * @throws SyntaxError when the input cannot be read
 */
export function compileTargetInput(target: Properties): TargetInput {
  const input = stringOf(target, 'Input');
  const path = stringOf(target, 'InputPath');
  const settings = bagOf(target, 'InputTransformer');
  if (input !== undefined) return constant(input, target);
  if (path !== undefined) return (event) => JSON.stringify(readPath(event, path) ?? null);
  return settings ? transformer(settings) : (event) => JSON.stringify(event);
}
