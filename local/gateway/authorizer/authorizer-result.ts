import { type AuthorizerAnswer } from '../http/exchange';
import { parsePolicy, type Policy } from './policy';

/** An authorizer's answer, ready to be evaluated against method ARNs. */
export interface AuthorizerResult {
  readonly policy: Policy;
  readonly answer: AuthorizerAnswer;
}

/** Distinct answers are few (one per caller), their texts recur: parsing is the dearest part of a cached route. */
const PARSED = new Map<string, AuthorizerResult | null>();
const MAX_PARSED = 512;
/** Answers are up to 6 MB long; those few that are much longer than a policy would fill the memory. */
const MAX_PARSED_CHARS = 16_384;
/** A caller often calls again: to compare two texts takes less than to look one up. */
let latest: { readonly payload: string; readonly result: AuthorizerResult | null } | undefined;

/**
 * Reads the JSON text that a Lambda authorizer returned.
 *
 * @returns null when it cannot be used (not an object, bad policy, non-scalar context): a 500 for the caller
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export function readAuthorizerResult(payload: string): AuthorizerResult | null {
  if (payload !== latest?.payload) latest = { payload, result: known(payload) };
  return latest.result;
}

function known(payload: string): AuthorizerResult | null {
  if (payload.length > MAX_PARSED_CHARS) return parse(payload);
  let result = PARSED.get(payload);
  if (result === undefined) {
    result = parse(payload);
    if (PARSED.size >= MAX_PARSED) PARSED.clear();
    PARSED.set(payload, result);
  }
  return result;
}

function parse(payload: string): AuthorizerResult | null {
  let raw: unknown;
  try {
    raw = JSON.parse(payload);
  } catch {
    return null;
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return null;
  const { policyDocument, principalId, usageIdentifierKey, context } = raw as Record<string, unknown>;
  const policy = parsePolicy(policyDocument);
  const texts = contextTexts(context);
  // An absent principalId is contested (AG §11.5): published measurements accept it, so does this engine.
  if (!policy || !texts || !isOptionalString(principalId) || !isOptionalString(usageIdentifierKey))
    return null;
  return {
    policy,
    answer: {
      context: texts,
      contextText: JSON.stringify(texts).slice(0, -1),
      principalId: principalId ?? undefined,
      usageIdentifierKey: usageIdentifierKey ?? undefined,
    },
  };
}

/** Numbers and booleans arrive as strings; lists, maps and null are refused (AG §4). */
function contextTexts(context: unknown): Readonly<Record<string, string>> | null {
  const out: Record<string, string> = Object.create(null);
  if (context === undefined || context === null) return out;
  if (typeof context !== 'object' || Array.isArray(context)) return null;
  for (const [key, value] of Object.entries(context)) {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return null;
    out[key] = String(value);
  }
  return out;
}

function isOptionalString(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === 'string';
}
