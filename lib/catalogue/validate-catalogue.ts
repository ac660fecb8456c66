import { templateOrigin } from '../domain/allowed-url';
import { KEY_PREFIX_PATTERN, MAX_KEY_PREFIX_LENGTH } from '../domain/key';
import { safeText } from '../domain/problem';
import { got, type Rules } from '../errors/rules';
import type { ActionUrls } from './action-urls';
import type { CatalogueOptions } from './catalogue-options';
import { DEFAULT_KEY_PREFIX, DEFAULT_PROBLEM_TYPE_BASE } from './defaults';
import { validatePlans } from './validate-plans';
import { validateRoutes } from './validate-routes';

/** Names that an action URL may hold in braces. */
const PLACEHOLDERS = ['account', 'plan', 'reason'];

/** Every rule of the catalogue; broken ones are added to `rules`. */
export function validateCatalogue(rules: Rules, options: CatalogueOptions): void {
  validatePlans(rules, options.plans);
  validateRoutes(rules, options.routes ?? {});
  validateKeyPrefix(rules, options.keyPrefix ?? DEFAULT_KEY_PREFIX);
  validateProblemTypeBase(rules, options.problemTypeBase ?? DEFAULT_PROBLEM_TYPE_BASE);
  validateActionUrls(rules, options.actionUrls ?? {});
}

function validateKeyPrefix(rules: Rules, prefix: string): void {
  if (!rules.known('keyPrefix', prefix)) return;
  rules.check(
    KEY_PREFIX_PATTERN.test(prefix) && prefix.length <= MAX_KEY_PREFIX_LENGTH,
    'KeyPrefixInvalid',
    `keyPrefix must be lower-case words joined by '_', at most ${MAX_KEY_PREFIX_LENGTH} characters, ` +
      `got ${got(prefix)}; for example 'acme_live'`,
  );
}

/** The reason takes the place of `{reason}`, or is appended, so that the base has to end where a name can follow. */
export function validateProblemTypeBase(rules: Rules, base: string): void {
  if (!rules.known('problemTypeBase', base)) return;
  rules.check(
    safeText(base) === base &&
      URL.canParse(base.replaceAll('{reason}', 'x')) &&
      (base.includes('{reason}') || /[/#:=]$/.test(base)),
    'ProblemTypeBaseInvalid',
    `problemTypeBase must be an absolute URI that holds '{reason}' or ends in '/', '#', ':' or '=', ` +
      `got ${got(base)}; for example 'https://example.com/problems/'`,
  );
}

function validateActionUrls(rules: Rules, urls: ActionUrls): void {
  for (const [action, url] of Object.entries(urls) as [string, string | undefined][]) {
    const prop = `actionUrls.${action}`;
    if (url === undefined || !rules.known(prop, url)) continue;
    rules.check(
      // A link goes to people's browsers, with an account's name in it, and to one site whatever the name.
      safeText(url) === url && templateOrigin(url) !== undefined,
      'ActionUrlInvalid',
      `${prop} must be an absolute https URL without quotes, with names in braces after the host only, ` +
        `got ${got(url)}; for example 'https://example.com/billing?account={account}'`,
    );
    for (const [, name] of url.matchAll(/\{([^}]*)\}/g)) {
      rules.check(
        PLACEHOLDERS.includes(name!),
        'ActionUrlPlaceholderUnknown',
        `${prop} may hold ${PLACEHOLDERS.map((p) => `{${p}}`).join(', ')}, got ${got(`{${name}}`)}; correct the name`,
      );
    }
  }
}
