import { matchesGlob } from '../glob';
import { type ConditionFacts, compileConditions, type Condition } from './policy-condition';

export type PolicyDecision = 'allow' | 'explicit-deny' | 'implicit-deny';

interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly notActions: boolean;
  readonly resources: readonly string[];
  readonly notResources: boolean;
  readonly condition: Condition | null;
}

export interface Policy {
  evaluate(methodArn: string, facts: ConditionFacts): PolicyDecision;
}

const POLICY_KEYS: ReadonlySet<string> = new Set(['Version', 'Id', 'Statement']);
const STATEMENT_KEYS: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);
const VERSIONS: ReadonlySet<unknown> = new Set([undefined, '2012-10-17', '2008-10-17']);
/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const MAX_RESOURCE_CHARS = 512;
const INVOKE = 'execute-api:invoke';

/**
 * Parses the resource policy of an API. Unlike an authorizer's, its statements have principals: a caller without
 * an AWS identity is matched by the wildcard only. `execute-api:/stage/verb/path` is short for the full ARN.
 *
 * @param apiArn `arn:{partition}:execute-api:{region}:{account}:{api}/`
 * @returns null when it is not a policy
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
 */
export function parseResourcePolicy(document: unknown, apiArn: string): Policy | null {
  if (!isObject(document)) return null;
  const list = document['Statement'];
  const statements = (Array.isArray(list) ? (list as unknown[]) : [list]).map((raw) => {
    if (!isObject(raw)) return raw;
    const { Principal, NotPrincipal, ...rest } = raw;
    const applies = NotPrincipal === undefined ? isAnyone(Principal) : !isAnyone(NotPrincipal);
    if (!applies) return null;
    return 'Resource' in rest ? { ...rest, Resource: fullArns(rest['Resource'], apiArn) } : rest;
  });
  return parsePolicy({ ...document, Statement: statements.filter((s) => s !== null) });
}

function isAnyone(principal: unknown): boolean {
  const aws = isObject(principal) ? principal['AWS'] : principal;
  return aws === '*' || (Array.isArray(aws) && aws.includes('*'));
}

function fullArns(resource: unknown, apiArn: string): unknown {
  if (Array.isArray(resource)) return (resource as unknown[]).map((r) => fullArns(r, apiArn));
  return typeof resource === 'string' && resource.startsWith('execute-api:/')
    ? apiArn + resource.slice('execute-api:/'.length)
    : resource;
}

/**
 * Parses the `policyDocument` of an authorizer's answer. Key case, effects and shapes are checked as strictly as
 * API Gateway does (AG §4): `version` or `allow` is no policy.
 *
 * @returns null when it is not a policy, which the caller of the API sees as a 500
 */
export function parsePolicy(document: unknown): Policy | null {
  if (!isObject(document) || hasForeignKey(document, POLICY_KEYS) || !VERSIONS.has(document['Version']))
    return null;
  const list = document['Statement'];
  const raw = Array.isArray(list) ? (list as unknown[]) : [list];
  const statements = raw.map(parseStatement);
  if (statements.some((s) => s === null)) return null;
  return { evaluate: (arn, facts) => decide(statements as Statement[], arn, facts) };
}

/** Any deny wins; nothing that matches is an implicit deny (AG §3). */
function decide(statements: readonly Statement[], arn: string, facts: ConditionFacts): PolicyDecision {
  let allowed = false;
  for (const s of statements) {
    if (s.effect === 'Allow' && allowed) continue;
    if (!applies(s, arn, facts)) continue;
    if (s.effect === 'Deny') return 'explicit-deny';
    allowed = true;
  }
  return allowed ? 'allow' : 'implicit-deny';
}

function applies(s: Statement, arn: string, facts: ConditionFacts): boolean {
  if (s.actions.some((a) => matchesGlob(a, INVOKE)) === s.notActions) return false;
  if (s.resources.some((r) => matchesGlob(r, arn)) === s.notResources) return false;
  return s.condition === null || s.condition(facts);
}

function parseStatement(raw: unknown): Statement | null {
  if (!isObject(raw) || hasForeignKey(raw, STATEMENT_KEYS)) return null;
  const effect = raw['Effect'];
  const actions = listOf(raw['Action'] ?? raw['NotAction']);
  const resources = listOf(raw['Resource'] ?? raw['NotResource']);
  if ((effect !== 'Allow' && effect !== 'Deny') || !actions || !resources) return null;
  if (resources.some((r) => r.length > MAX_RESOURCE_CHARS)) return null;
  const condition = raw['Condition'] === undefined ? null : compileConditions(raw['Condition']);
  if (raw['Condition'] !== undefined && condition === null) return null;
  return {
    effect,
    // Actions are case-insensitive, resources are not.
    actions: actions.map((a) => a.toLowerCase()),
    notActions: raw['Action'] === undefined,
    resources,
    notResources: raw['Resource'] === undefined,
    condition,
  };
}

function listOf(value: unknown): readonly string[] | null {
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  return list.length > 0 && list.every((v) => typeof v === 'string') ? list : null;
}

function hasForeignKey(bag: Readonly<Record<string, unknown>>, known: ReadonlySet<string>): boolean {
  return Object.keys(bag).some((key) => !known.has(key));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
