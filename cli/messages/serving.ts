import { defineMessage, type Paint } from '../message';

/** How a reload went. */
export type ReloadOutcome =
  | { readonly kind: 'reloaded'; readonly durationMs: number }
  | { readonly kind: 'kept'; readonly reason: string };

/** An API as the terminal and `--json` show it. */
export interface ShownApi {
  readonly stack: string;
  readonly logicalId: string;
  readonly name: string;
  readonly stage: string;
  readonly url: string;
}

/** One call that a caller of the API can make. */
export interface ShownEndpoint {
  readonly logicalId: string;
  readonly method: string;
  /** Path template below the stage. */
  readonly path: string;
}

export interface LocalReady {
  readonly apis: readonly ShownApi[];
  readonly endpoints: readonly ShownEndpoint[];
  /** URL by service. */
  readonly services: Readonly<Record<string, string>>;
  readonly pid: number;
}

/** One decision on the way of a request. */
export interface ShownStep {
  /** The part of the gateway that decided. */
  readonly step: string;
  readonly text: string;
  /** Since the request began. */
  readonly atMs: number;
  /** Of what it waited for. */
  readonly durationMs?: number;
}

export interface ServedRequest {
  readonly requestId: string;
  readonly api: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Type of the gateway response, or `INTEGRATION`. */
  readonly lane: string;
  readonly reason?: string;
  readonly account?: string;
  /** Why the gateway answered a fault, as the service's execution log would say. */
  readonly detail?: string;
  readonly authorizerMs: number;
  readonly integrationMs: number;
  readonly totalMs: number;
  /** How the answer came about, in order. */
  readonly trace?: readonly ShownStep[];
}

/** A line that a function wrote, or that the engine says of its environment. */
export interface FunctionLine {
  readonly function: string;
  /** Empty while the function loads. */
  readonly requestId: string;
  readonly level: string;
  readonly text: string;
}

/** Where the clock of an engine stands. */
export interface ClockState {
  /** ISO instant. */
  readonly now: string;
  /** How far it is ahead of this machine's clock, in milliseconds. */
  readonly offsetMs: number;
}

export const servingMessages = {
  notImitated: defineMessage<{ finding: string; message: string; path: string }>(
    'NotImitated',
    'notice',
    ({ message, path }, paint) => paint.dim(`not imitated: ${message} (${path})`),
  ),
  engineReplaced: defineMessage<{ pid: number }>(
    'EngineReplaced',
    'warning',
    ({ pid }, paint) =>
      `${paint.yellow('warning:')} another local engine (process ${pid}) runs for this directory; the account commands now talk to the one started last`,
  ),
  localReady: defineMessage<LocalReady>('LocalReady', 'result', ({ apis, endpoints }, paint) =>
    [
      ...apis.flatMap((api) => [
        `${paint.bold(`${api.stack}/${api.name}`)} ${paint.cyan(api.url)}`,
        ...endpoints
          .filter(({ logicalId }) => logicalId === api.logicalId)
          .map(({ method, path }) => `  ${method.padEnd(7)} ${path}`),
      ]),
      ...(apis.length === 0 ? ['The stacks have no REST API with a stage: no request is served.'] : []),
      'Press Ctrl-C to stop.',
    ].join('\n'),
  ),
  requestServed: defineMessage<ServedRequest>('RequestServed', 'result', (request, paint) => {
    const { authorizerMs, integrationMs, totalMs } = request;
    const why = [request.lane, request.reason, request.account, request.detail];
    const line = [
      statusText(request.status, paint),
      `${request.method.padEnd(7)} ${request.path}`,
      ...why.filter((part) => part),
      paint.dim(
        `${msText(totalMs)} ms (authorizer ${msText(authorizerMs)}, integration ${msText(integrationMs)})`,
      ),
      paint.dim(request.requestId),
    ].join('  ');
    return [line, ...(request.trace ?? []).map((step) => paint.dim(stepText(step)))].join('\n');
  }),
  accessLogged: defineMessage<{ api: string; stage: string; line: string }>(
    'AccessLogged',
    'result',
    ({ line }) => line,
  ),
  accessLogBroken: defineMessage<{ file: string; reason: string }>(
    'AccessLogBroken',
    'warning',
    ({ file, reason }, paint) =>
      `${paint.yellow('warning:')} the access log ends here, ${file} takes no more: ${reason}`,
  ),
  noAccessLog: defineMessage<object>(
    'NoAccessLog',
    'warning',
    (_, paint) =>
      `${paint.yellow('warning:')} --access-log has nothing to write: no stage has a format in its AccessLogSetting`,
  ),
  functionLog: defineMessage<FunctionLine>('FunctionLog', 'notice', (line, paint) => {
    const who = [line.function, line.requestId].filter((part) => part !== '').join(' ');
    return paint.dim(`${who}: ${line.text}`);
  }),
  reloaded: defineMessage<ReloadOutcome>('Reloaded', 'notice', (outcome, paint) =>
    outcome.kind === 'reloaded'
      ? `${paint.green('reloaded')} in ${Math.round(outcome.durationMs)} ms`
      : `${paint.yellow('not reloaded:')} ${outcome.reason}; what was served before still is`,
  ),
  engineClock: defineMessage<ClockState>('EngineClock', 'result', clockText),
  clockMoved: defineMessage<ClockState>('ClockMoved', 'notice', clockText),
  stopped: defineMessage<object>('Stopped', 'notice', () => 'Stopped.'),
} as const;

/** Whole milliseconds, but for what is over at once. */
function msText(ms: number): string {
  return ms < 10 ? ms.toFixed(1).replace(/\.0$/, '') : String(Math.round(ms));
}

function stepText({ step, text, atMs, durationMs }: ShownStep): string {
  const took = durationMs === undefined ? '' : ` (${msText(durationMs)} ms)`;
  return `  ${msText(atMs).padStart(6)} ms  ${step.padEnd(17)} ${text}${took}`;
}

export function statusText(status: number, paint: Paint): string {
  if (status < 300) return paint.green(String(status));
  return status < 500 ? paint.yellow(String(status)) : paint.red(String(status));
}

function clockText({ now, offsetMs }: ClockState, paint: Paint): string {
  const side = offsetMs < 0 ? 'behind' : 'ahead of';
  const distance =
    Math.abs(offsetMs) < 1000
      ? 'as on this machine'
      : `${durationText(Math.abs(offsetMs))} ${side} this machine`;
  return `${paint.cyan("the engine's clock")} ${now} (${distance})`;
}

/** The two largest units: `3 d 2 h`. */
function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
