import { type Value, type ValueMap } from './value';

/** What one rendering of a template sees and changes. */
export interface Scope {
  readonly variables: Map<string, Value>;
  readonly macros: Map<string, Macro>;
  /** Set by `#break` and `#stop`; blocks end as soon as they see it. */
  signal: 'none' | 'break' | 'stop';
  foreach: ValueMap | undefined;
  depth: number;
  /** Iterations and macro calls so far. */
  steps: number;
}

export type Render = (scope: Scope) => string;
export type Evaluate = (scope: Scope) => Value;

export interface Macro {
  readonly parameters: readonly string[];
  readonly body: Render;
}

/** `#foreach` runs at most this often (AG §5 Limits). */
export const MAX_FOREACH = 1000;
/** A macro that calls itself for ever must not take the gateway down. */
export const MAX_MACRO_DEPTH = 100;
/** Enough for a loop within a loop. Further ones multiply: a client's lists must not keep the gateway from all others. */
const MAX_STEPS = 2 * MAX_FOREACH * MAX_FOREACH;

export class TemplateError extends Error {}

export function newScope(variables: Readonly<Record<string, Value>>): Scope {
  return {
    variables: new Map(Object.entries(variables)),
    macros: new Map(),
    signal: 'none',
    foreach: undefined,
    depth: 0,
    steps: 0,
  };
}

/** Counts one iteration or macro call. @throws TemplateError when there were too many */
export function countStep(scope: Scope): void {
  if (++scope.steps > MAX_STEPS) throw new TemplateError(`the template takes more than ${MAX_STEPS} steps`);
}
