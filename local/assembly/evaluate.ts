import { EngineError } from '../engine-error';
import { CONDITION_FUNCTIONS, list, PURE_FUNCTIONS, text } from './functions';
import { ownValue } from '../own-value';
import { isObject } from './template';

/** What `AWS::NoValue` resolves to; it removes the property or list item that holds it. */
export const NO_VALUE = Symbol('AWS::NoValue');

/** The names that a value may refer to. Each member throws an EngineError when the name means nothing. */
export interface Scope {
  ref(name: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, topKey: string, secondKey: string): unknown;
  importValue(exportName: string): unknown;
  stackOutput(stackName: string, outputName: string, region: string | undefined): unknown;
}

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

function getAtt(argument: unknown, scope: Scope): unknown {
  const parts = typeof argument === 'string' ? argument.split('.') : list(argument, 'Fn::GetAtt');
  const [logicalId, ...attribute] = parts.map((part) => text(evaluate(part, scope), 'Fn::GetAtt'));
  return scope.attribute(logicalId!, attribute.join('.'));
}

function sub(argument: unknown, scope: Scope): string {
  const [template, variables] = typeof argument === 'string' ? [argument, {}] : list(argument, 'Fn::Sub');
  const own = isObject(variables) ? variables : {};
  return text(template, 'Fn::Sub').replace(/\$\{([^}]*)\}/g, (_, inner: string) => {
    if (inner.startsWith('!')) return `\${${inner.slice(1)}}`;
    const name = inner.trim();
    if (name === 'AWS::NoValue') return '';
    const value = Object.hasOwn(own, name)
      ? evaluate(own[name], scope)
      : name.includes('.')
        ? getAtt(name, scope)
        : scope.ref(name);
    return text(value, `Fn::Sub of \${${name}}`);
  });
}

function findInMap(argument: unknown, scope: Scope): unknown {
  const [map, topKey, secondKey, options] = list(argument, 'Fn::FindInMap');
  const keys = [map, topKey, secondKey].map((key) => text(evaluate(key, scope), 'Fn::FindInMap'));
  const found = scope.mapping(keys[0]!, keys[1]!, keys[2]!);
  if (found !== undefined) return found;
  if (isObject(options) && 'DefaultValue' in options) return evaluate(options.DefaultValue, scope);
  throw new EngineError('UnresolvedReference', `mapping ${keys[0]} has no value for ${keys[1]}, ${keys[2]}`);
}

function stackOutput(argument: unknown, scope: Scope): unknown {
  const { StackName, OutputName, Region } = isObject(argument) ? argument : {};
  const [stackName, outputName, region] = [StackName, OutputName, Region].map((part) =>
    part === undefined ? undefined : text(evaluate(part, scope), 'Fn::GetStackOutput'),
  );
  return scope.stackOutput(stackName ?? '', outputName ?? '', region);
}

function availabilityZones(argument: unknown, scope: Scope): string[] {
  const given = text(evaluate(argument, scope), 'Fn::GetAZs');
  const region = given === '' ? text(scope.ref('AWS::Region'), 'AWS::Region') : given;
  return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
}

/** Functions that look something up, or that must not evaluate all of their argument. */
const SCOPED_FUNCTIONS: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope) => (argument === 'AWS::NoValue' ? NO_VALUE : scope.ref(text(argument, 'Ref'))),
  'Fn::FindInMap': findInMap,
  'Fn::GetAZs': availabilityZones,
  'Fn::GetAtt': getAtt,
  'Fn::GetStackOutput': stackOutput,
  'Fn::If': (argument, scope) => {
    const [condition, whenTrue, whenFalse] = list(argument, 'Fn::If');
    return evaluate(evaluateCondition(condition, scope) ? whenTrue : whenFalse, scope);
  },
  'Fn::ImportValue': (argument, scope) =>
    scope.importValue(text(evaluate(argument, scope), 'Fn::ImportValue')),
  'Fn::Sub': sub,
};

function intrinsicOf(node: Record<string, unknown>): string | undefined {
  const keys = Object.keys(node);
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0]!.startsWith('Fn::')) ? keys[0] : undefined;
}

/** A macro may stand among properties, every other function stands alone. */
function refuseStrayFunction(node: Record<string, unknown>): void {
  const keys = Object.keys(node);
  const stray = keys.find((key) => key.startsWith('Fn::'));
  if (stray === undefined) return;
  if (stray === 'Fn::Transform') throw new EngineError('UnsupportedIntrinsic', `${stray} is not imitated`);
  const others = keys.filter((key) => key !== stray).join(', ');
  throw new EngineError('InvalidIntrinsic', `${stray} does not stand alone, but with ${others}`);
}

function call(name: string, argument: unknown, scope: Scope): unknown {
  const scoped = SCOPED_FUNCTIONS[name];
  if (scoped) return scoped(argument, scope);
  const pure = PURE_FUNCTIONS[name];
  if (pure) return pure(evaluate(argument, scope));
  if (name in CONDITION_FUNCTIONS) return evaluateCondition({ [name]: argument }, scope);
  throw new EngineError('UnsupportedIntrinsic', `${name} is not imitated`);
}

/** Resolves every intrinsic function in a value. May give NO_VALUE at the top. */
export function evaluate(node: unknown, scope: Scope): unknown {
  if (Array.isArray(node))
    return node.map((item) => evaluate(item, scope)).filter((item) => item !== NO_VALUE);
  if (!isObject(node)) return node;
  const intrinsic = intrinsicOf(node);
  if (intrinsic !== undefined) return call(intrinsic, node[intrinsic], scope);
  refuseStrayFunction(node);
  const entries = Object.entries(node).map(([key, value]) => [key, evaluate(value, scope)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== NO_VALUE));
}

/** Resolves a condition: its name, a reference to another one, or one of the functions that compare. */
export function evaluateCondition(node: unknown, scope: Scope): boolean {
  if (typeof node === 'boolean') return node;
  if (typeof node === 'string') return scope.condition(node);
  const [name, argument] = isObject(node) ? (Object.entries(node)[0] ?? []) : [];
  if (name === 'Condition') return scope.condition(text(argument, 'Condition'));
  const compare = name === undefined ? undefined : ownValue(CONDITION_FUNCTIONS, name);
  if (!compare) throw new EngineError('InvalidIntrinsic', `${JSON.stringify(node)} is not a condition`);
  const isComparison = name === 'Fn::Equals';
  return compare(
    list(argument, name!).map((term) =>
      isComparison ? evaluate(term, scope) : evaluateCondition(term, scope),
    ),
  );
}
