import { Token, type Duration } from 'aws-cdk-lib';
import { got, type Rules } from '../errors/rules';
import type { Identity } from './identity';
import type { JwtIdentityOptions } from './jwt-identity-options';

/** All of them travel in one environment variable, and those hold 4 KB together. */
const MAX_ISSUERS = 5;
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/** @param identities undefined: keys */
export function validateIdentities(rules: Rules, identities: readonly Identity[] | undefined): void {
  if (identities === undefined) return;
  const issuers = identities.flatMap((identity) => identity._jwt ?? []);
  rules.check(
    identities.length > 0,
    'IdentitiesEmpty',
    'identities must hold at least one identity, got none; omit it for Identity.keys()',
  );
  rules.check(
    issuers.length <= MAX_ISSUERS,
    'TokenIssuersTooMany',
    `identities may hold ${MAX_ISSUERS} issuers of tokens, got ${issuers.length}; put a broker in front of them`,
  );
  const names = issuers.map((jwt) => jwt.issuer);
  for (const name of new Set(names.filter((issuer, index) => names.indexOf(issuer) !== index))) {
    rules.check(
      false,
      'TokenIssuerTwice',
      `identities must name each issuer once, got ${got(name)} again; give it several audiences instead`,
    );
  }
  rules.check(
    identities.filter(({ _imported }) => _imported !== undefined).length <= 1,
    'ImportedKeysTwice',
    'identities may hold Identity.importedKeys() once, got it again; all imported keys share one pepper',
  );
  for (const jwt of issuers) validateJwt(rules, jwt);
}

function validateJwt(rules: Rules, jwt: JwtIdentityOptions): void {
  checkUrl(rules, 'issuer', 'TokenIssuerInvalid', jwt.issuer);
  if (jwt.jwksUri !== undefined) checkUrl(rules, 'jwksUri', 'JwksUriInvalid', jwt.jwksUri);
  rules.check(
    jwt.audience.length > 0 && !jwt.audience.includes(''),
    'TokenAudienceEmpty',
    `audience must hold what the tokens are meant for, got ${JSON.stringify(jwt.audience)}; ` +
      `without, tokens that were made for other APIs would be believed`,
  );
  const claims = { accountClaim: jwt.accountClaim, audienceClaim: jwt.audienceClaim };
  for (const [prop, claim] of Object.entries(claims)) {
    rules.check(
      claim !== '',
      'TokenClaimEmpty',
      `${prop} must be the name of a claim, got ''; for example 'sub' or 'aud'`,
    );
  }
  validateClockTolerance(rules, jwt.clockTolerance);
}

function checkUrl(rules: Rules, prop: string, code: string, url: string): void {
  // A user pool of the same app has its id at deployment only.
  if (Token.isUnresolved(url)) return;
  rules.check(
    isSecure(url),
    code,
    `${prop} must be an https URL without query and fragment, got ${got(url)}; for example 'https://login.example.com'`,
  );
}

function isSecure(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, search, hash, username } = new URL(url);
  if (search !== '' || hash !== '' || username !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOCAL_HOSTS.includes(hostname));
}

function validateClockTolerance(rules: Rules, tolerance: Duration | undefined): void {
  if (tolerance === undefined) return;
  const isKnown = !tolerance.isUnresolved();
  rules.check(
    isKnown &&
      Number.isInteger(tolerance.toMilliseconds() / 1000) &&
      tolerance.toMilliseconds() <= 5 * 60_000,
    'ClockToleranceOutOfRange',
    `clockTolerance must be whole seconds, 0 to 5 minutes, got ${isKnown ? tolerance.toHumanString() : 'a token'}; ` +
      `omit it for one minute`,
  );
}
