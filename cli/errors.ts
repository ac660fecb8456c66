import { nearest } from './suggest';

/** 1: it could not be done. 2: the input was wrong. */
export type ExitCode = 1 | 2;

/** An outcome that ends a command. Expected, so no stack trace is shown. */
export class CliError extends Error {
  /**
   * @param code stable, PascalCase
   * @param message lower case, no final stop: what was got and what is allowed
   * @param fix what to do about it; absent when the message says it
   */
  constructor(
    readonly code: string,
    readonly exitCode: ExitCode,
    message: string,
    readonly fix?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'CliError';
  }
}

const wrong = (code: string, message: string, fix?: string) => new CliError(code, 2, message, fix);
const failure = (code: string, message: string, fix?: string, cause?: unknown) =>
  new CliError(code, 1, message, fix, cause === undefined ? undefined : { cause });

/** "did you mean 'pro'? the plans are free, pro" */
function choices(kind: string, got: string, known: readonly string[]): string {
  if (known.length === 0) return `there are no ${kind}`;
  const near = nearest(got, known);
  return `${near === undefined ? '' : `did you mean '${near}'? `}the ${kind} are ${known.join(', ')}`;
}

/** Every error of the CLI itself; the local engine's own errors keep the codes that it gave them. */
export const errors = {
  badPort: (got: string) => wrong('BadPort', `--port must be a whole number from 0 to 65535, got '${got}'`),
  badInstant: (option: string, got: string) =>
    wrong(
      'BadInstant',
      `${option} must be an ISO 8601 instant or a number of days from now, got '${got}'`,
      `for example ${option} 2030-01-31, ${option} 2030-01-31T12:00:00Z or ${option} 30d`,
    ),
  badClockMove: (got: string) =>
    wrong(
      'BadClockMove',
      `a clock is moved by a duration or to an ISO 8601 instant, got '${got}'`,
      'for example +3d, +90m or 2030-12-01T00:00:00Z; it moves forwards only',
    ),
  badParameter: (option: string, got: string) =>
    wrong('BadParameter', `${option} must be NAME=VALUE, got '${got}'`, `for example ${option} name=value`),
  badSeconds: (option: string, got: string) =>
    wrong('BadSeconds', `${option} must be whole seconds, got '${got}'`, `for example ${option} 90`),
  badUnits: (option: string, got: string) =>
    wrong('BadUnits', `${option} must be a whole number of units from 1 to 10^12, got '${got}'`),
  badCreditId: (got: string) =>
    wrong(
      'BadCreditId',
      `--id must be 1 to 64 letters, digits and . _ : -, got '${got}'`,
      'for example --id invoice-2041',
    ),
  creditDiffers: (detail: string) =>
    failure('CreditDiffers', detail, 'nothing was added; use an id of its own for each purchase'),
  nothingToChange: () =>
    wrong(
      'NothingToChange',
      'no change was named',
      'for example --plan pro or --limit 50000; see: paywall accounts change --help',
    ),
  planWithoutQuota: (plan: string) =>
    wrong(
      'PlanWithoutQuota',
      `--limit has no effect on the plan '${plan}', which has no quota`,
      'leave --limit out, or name a plan with a quota with --plan',
    ),
  accountContended: (id: string) =>
    failure('AccountContended', `the account '${id}' was changed by others at the same time`, 'try again'),
  badAccountId: (got: string) =>
    wrong(
      'BadAccountId',
      `an account id is 1 to 40 lower-case letters and digits, got '${got}'`,
      suggestId(got),
    ),
  badScope: (got: string) =>
    wrong(
      'BadScope',
      `a scope is lower-case words joined by ':', '.', '_' or '-', got '${got}'`,
      'for example --scope keys:manage',
    ),
  badRoute: (got: string) =>
    wrong(
      'BadRoute',
      `--route must be 'VERB /path', got '${got}'`,
      "for example --route 'GET /reports/{id}'",
    ),
  unknownPlan: (got: string, plans: readonly string[]) =>
    wrong('UnknownPlan', `there is no plan '${got}'`, choices('plans', got, plans)),
  unknownStatus: (got: string, statuses: readonly string[]) =>
    wrong('UnknownStatus', `there is no subscription status '${got}'`, choices('statuses', got, statuses)),
  planNeeded: (status: string, plans: readonly string[]) =>
    wrong(
      'PlanNeeded',
      `a subscription that is ${status} has a plan`,
      `add --plan; ${choices('plans', '', plans)}`,
    ),
  optionNeeded: (status: string, option: string) =>
    wrong(
      'OptionNeeded',
      `--status ${status} needs ${option}`,
      `add ${option} with an ISO 8601 instant or days, for example ${option} 30d`,
    ),
  optionUnused: (option: string, why: string) =>
    wrong('OptionUnused', `${option} has no effect ${why}`, `leave ${option} out`),
  alreadyExpired: (got: string) =>
    wrong('AlreadyExpired', `--expires must lie in the future, got '${got}'`, 'for example --expires 90d'),
  accountExists: (id: string) =>
    failure(
      'AccountExists',
      `the account '${id}' exists already`,
      `see it with: paywall accounts show ${id}`,
    ),
  noSuchAccount: (id: string) =>
    failure(
      'NoSuchAccount',
      `there is no account '${id}'`,
      `create it with: paywall accounts create ${id} --plan <plan>`,
    ),
  noSuchKey: (id: string, detail: string) =>
    failure('NoSuchKey', detail, `see its keys with: paywall keys list ${id}`),
  badOverlap: (got: string) =>
    wrong(
      'BadOverlap',
      `--overlap must be hours or days, got '${got}'`,
      'for example --overlap 24h or --overlap 7d',
    ),
  tooManyKeys: (id: string, limit: number) =>
    failure('TooManyKeys', `the account '${id}' holds ${limit} keys already, which is the most it can`),
  notRunning: (file: string) =>
    wrong(
      'NoTarget',
      `no local engine is running here (no ${file})`,
      'start one with `paywall local` or `paywall quickstart` in this directory, or name a deployed stack with --stack',
    ),
  engineGone: (file: string, pid: number) =>
    failure(
      'EngineGone',
      `${file} names a local engine with process id ${pid} that is no longer running`,
      'start it again with `paywall local` or `paywall quickstart`',
    ),
  engineSilent: (url: string, cause: unknown) =>
    failure(
      'EngineSilent',
      `the local engine does not answer at ${url}`,
      'start it again with `paywall local` or `paywall quickstart`',
      cause,
    ),
  discoveryUnreadable: (file: string, cause: unknown) =>
    failure(
      'DiscoveryUnreadable',
      `${file} is not what a local engine of this version writes`,
      'start the engine again',
      cause,
    ),
  noAuthorizer: (target: string) =>
    failure(
      'NoAuthorizer',
      `${target} has no paywall authorizer`,
      'is this the stack that holds the Paywall or SubscriptionAuthorizer?',
    ),
  noProvisioner: (target: string) =>
    failure(
      'NoProvisioner',
      `${target} has no provisioner of API Gateway keys for this paywall`,
      'add a UsageKeyProvisioner to the app; if it is in a stack of its own, put it into that of the Paywall',
    ),
  countedByUsagePlans: (what: string) =>
    wrong(
      'CountedByUsagePlans',
      `${what} would have no effect, as usage plans of API Gateway count the units here`,
      'use plans with larger quotas, or QuotaEnforcement.exact() in the app',
    ),
  severalAuthorizers: (target: string, ids: readonly string[]) =>
    wrong(
      'SeveralAuthorizers',
      `${target} has several paywalls: ${ids.join(', ')}`,
      'name one with --authorizer',
    ),
  unknownAuthorizer: (got: string, ids: readonly string[]) =>
    wrong('UnknownAuthorizer', `there is no authorizer '${got}'`, choices('authorizers', got, ids)),
  noWebhook: (target: string) =>
    failure(
      'NoWebhook',
      `${target} has no billing webhook`,
      'add the construct BillingWebhook to the stack; docs/billing-webhook.md has an app that does',
    ),
  severalWebhooks: (target: string, ids: readonly string[]) =>
    wrong(
      'SeveralWebhooks',
      `${target} has several billing webhooks: ${ids.join(', ')}`,
      'name one with --webhook',
    ),
  unknownWebhook: (got: string, ids: readonly string[]) =>
    wrong('UnknownWebhook', `there is no billing webhook '${got}'`, choices('billing webhooks', got, ids)),
  noStripeEndpoint: (functionId: string) =>
    failure(
      'NoStripeEndpoint',
      `the billing webhook ${functionId} takes no events of Stripe`,
      'pass `stripe: { signingSecrets: [...] }` to BillingWebhook',
    ),
  secretMissing: (id: string, cause: unknown) =>
    failure(
      'SecretMissing',
      `the secret ${id} has no value in the local engine`,
      'start the engine with one: paywall local cdk.out --secret <name>=<any text>',
      cause,
    ),
  stripeNotServed: (url: string, cause: unknown) =>
    failure(
      'StripeNotServed',
      `the scenario's Stripe cannot be served at ${url}: ${
        (cause as NodeJS.ErrnoException).code === 'EADDRINUSE'
          ? 'the port is taken'
          : (cause as Error).message
      }`,
      'stop what listens there, or start the engine with another port in --env STRIPE_ENDPOINT_URL',
      cause,
    ),
  scenarioNeeded: (names: readonly string[]) =>
    wrong(
      'ScenarioNeeded',
      'no scenario was named',
      `${choices('scenarios', '', names)}; paywall webhook trigger --list describes them`,
    ),
  unknownScenario: (got: string, names: readonly string[]) =>
    wrong('UnknownScenario', `there is no scenario '${got}'`, choices('scenarios', got, names)),
  scenarioNotForAws: () =>
    wrong(
      'LocalOnly',
      'scenarios are played to a local engine only: events that Stripe did not send have no place on AWS',
      "leave --stack out; for a deployed endpoint in test mode use Stripe's own `stripe trigger` and test clocks",
    ),
  noPlanForSale: (plan: string | undefined, forSale: readonly string[]) =>
    wrong(
      'NoPlanForSale',
      plan === undefined
        ? 'no plan of the catalogue can be bought'
        : `the plan '${plan}' cannot be bought, or does not exist`,
      forSale.length === 0
        ? 'pass priceIds to Plan.paid'
        : `the plans with priceIds are ${forSale.join(', ')}`,
    ),
  noDearerPlan: (scenario: string, plan: string) =>
    wrong(
      'NoDearerPlan',
      `${scenario} needs a plan with priceIds after '${plan}' in the catalogue, and there is none`,
      'add one, or name a cheaper plan with --plan',
    ),
  noPaidRoute: (plan: string) =>
    failure(
      'NoPaidRoute',
      `the API has no paid method of the plan '${plan}' without a scope, whose answers could be shown`,
      'add a method to the API, or name another plan with --plan',
    ),
  routeNotPaid: (got: string, plan: string, routes: readonly string[]) =>
    wrong(
      'RouteNotPaid',
      `'${got}' is no paid method of the plan '${plan}'`,
      choices('paid methods', got, routes),
    ),
  badCustomer: (got: string) =>
    wrong(
      'BadCustomer',
      `--customer must be cus_ and letters or digits, got '${got}'`,
      'for example --customer cus_acme',
    ),
  replayFailed: (functionName: string, answer: string) =>
    failure(
      'ReplayFailed',
      `the function ${functionName} failed instead of answering: ${answer.slice(0, 300)}`,
      'its log says why; nothing was deleted of the events that it was given',
    ),
  fileUnreadable: (file: string, cause: unknown) =>
    wrong('FileUnreadable', `${file} cannot be read: ${(cause as Error).message}`),
  csvEmpty: () =>
    wrong(
      'CsvEmpty',
      'the file is empty',
      'its first line has to name the columns, for example: name,key,account',
    ),
  csvColumnMissing: (column: string, columns: readonly string[]) =>
    wrong(
      'CsvColumnMissing',
      `the file has no column '${column}'`,
      `its first line names ${columns.join(', ')}; API Gateway's format has at least name and key`,
    ),
  importNotEnabled: (functionId: string) =>
    failure(
      'ImportNotEnabled',
      `the authorizer ${functionId} does not accept keys of an earlier system`,
      'pass identities: [Identity.keys(), Identity.importedKeys()] and deploy',
    ),
  pepperUnreadable: (id: string, cause: unknown) =>
    failure(
      'PepperUnreadable',
      `the pepper ${id} cannot be read: ${(cause as Error).message}`,
      'it takes the permission secretsmanager:GetSecretValue; in the local engine, a secret that is not made by the stack takes --secret <name>=<text>',
      cause,
    ),
  apiNotServed: (api: string) =>
    failure('ApiNotServed', `the local engine does not serve the API ${api} of the billing webhook`),
  noTable: (functionId: string) =>
    failure('NoTable', `the function ${functionId} names no account table in its environment`),
  noSuchStack: (name: string, region: string) =>
    failure('NoSuchStack', `there is no stack '${name}' in ${region}`, 'check --stack and --region'),
  noCredentials: (cause: unknown) =>
    failure(
      'NoCredentials',
      'no AWS credentials were found',
      'run `aws configure` or `aws sso login`, pass --profile NAME, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      cause,
    ),
  credentialsRefused: (detail: string, cause: unknown) =>
    failure(
      'CredentialsRefused',
      `AWS refused the credentials: ${detail}`,
      'they may have expired: run `aws sso login` or renew the keys; check that --profile names the account you mean',
      cause,
    ),
  noRegion: () =>
    wrong(
      'NoRegion',
      'no AWS Region is set',
      'pass --region, for example --region eu-west-1, or set AWS_REGION',
    ),
  badRegion: (got: string) =>
    wrong('BadRegion', `'${got}' is not the name of an AWS Region`, 'for example --region eu-west-1'),
  badStackName: (got: string) =>
    wrong(
      'BadStackName',
      `--stack-name must be 1 to 128 letters, digits and hyphens and begin with a letter, got '${got}'`,
    ),
  notBootstrapped: (account: string, region: string) =>
    failure(
      'NotBootstrapped',
      `account ${account} is not bootstrapped for the CDK in ${region}`,
      `run once: npx cdk bootstrap aws://${account}/${region}`,
    ),
  bootstrapTooOld: (got: string, needed: number, account: string, region: string) =>
    failure(
      'BootstrapTooOld',
      `the CDK bootstrap of ${account} in ${region} is version ${got}, ${needed} is needed`,
      `update it: npx cdk bootstrap aws://${account}/${region}`,
    ),
  awsUnreachable: (service: string, detail: string, cause: unknown) =>
    failure(
      'AwsUnreachable',
      `${service} could not be asked: ${detail}`,
      'check the network, the Region and the permissions',
      cause,
    ),
  toolkitMissing: (cause: unknown) =>
    failure(
      'ToolkitMissing',
      '@aws-cdk/toolkit-lib is not installed, and deploying needs it',
      'run `npm install --save-dev @aws-cdk/toolkit-lib@1.40.1`, or deploy the app with `npx cdk deploy`',
      cause,
    ),
  confirmationNeeded: () =>
    wrong(
      'ConfirmationNeeded',
      'nobody is at the terminal to answer',
      'pass --yes to go ahead without being asked',
    ),
  deployFailed: (stack: string, detail: string, cause: unknown) =>
    failure('DeployFailed', `the stack ${stack} could not be deployed: ${detail}`, undefined, cause),
  destroyFailed: (stack: string, detail: string, cause: unknown) =>
    failure('DestroyFailed', `the stack ${stack} could not be removed: ${detail}`, undefined, cause),
  outputMissing: (stack: string, what: string) =>
    failure('OutputMissing', `the stack ${stack} has no ${what} among its outputs`),
  synthFailed: (detail: string) =>
    failure('SynthFailed', `the quick-start app could not be synthesized: ${detail}`),
  notBuilt: (file: string) =>
    failure('NotBuilt', `${file} is missing`, 'run `npm run build` in the clone of cdk-api-paywall'),
  accessLogNotWritable: (file: string, cause: unknown) =>
    failure(
      'AccessLogNotWritable',
      `--access-log cannot write to ${file}: ${(cause as Error).message}`,
      'name a file in a folder of yours, or - for the terminal',
      cause,
    ),
  optionConflict: (a: string, b: string, why: string) =>
    wrong('OptionConflict', `${a} and ${b} exclude each other: ${why}`),
} as const;

function suggestId(got: string): string {
  const id = got
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 40);
  return id === '' ? 'for example acme' : `for example ${id}`;
}
