import { Token, type Duration } from 'aws-cdk-lib';
import { got, type Rules } from '../errors/rules';
import type { ResponseOptions } from './response-options';

export function validateResponses(rules: Rules, options: ResponseOptions): void {
  const { allowOrigin, mediaType } = options;
  if (allowOrigin !== undefined && !Token.isUnresolved(allowOrigin)) {
    rules.check(
      allowOrigin === '*' || isOrigin(allowOrigin),
      'AllowOriginInvalid',
      `allowOrigin must be '*' or one origin, got ${got(allowOrigin)}; for example 'https://app.example.com'`,
    );
  }
  if (mediaType !== undefined && !Token.isUnresolved(mediaType)) {
    rules.check(
      /^application\/([a-z.-]+\+)?json$/.test(mediaType),
      'MediaTypeInvalid',
      `mediaType must be 'application/json' or 'application/...+json', got ${got(mediaType)}; the bodies are JSON`,
    );
  }
  validateRetryAfter(rules, 'retryAfterThrottle', options.retryAfterThrottle);
  validateRetryAfter(rules, 'retryAfterFault', options.retryAfterFault);
}

/** The value stands between single quotes in the mapping of the header. */
export function validateChallenge(rules: Rules, challenge: string | undefined): void {
  if (challenge === undefined || Token.isUnresolved(challenge)) return;
  rules.check(
    /^[\x20-\x26\x28-\x7e]+$/.test(challenge),
    'ChallengeInvalid',
    `challenge must be printable text without single quotes, got ${got(challenge)}; for example 'Bearer realm="api"'`,
  );
}

/** A host name may hold a single quote, which would end the literal of the mapping. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && !text.includes("'");
}

/** Delay-seconds is a whole number: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function validateRetryAfter(rules: Rules, prop: string, duration: Duration | undefined): void {
  if (duration === undefined || duration.isUnresolved()) return;
  const seconds = duration.toSeconds({ integral: false });
  rules.check(
    Number.isInteger(seconds) && seconds >= 1,
    'RetryAfterInvalid',
    `${prop} must be whole seconds, at least 1, got ${duration.toHumanString()}; pass Duration.seconds(1) or more`,
  );
}
