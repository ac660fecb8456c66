import { CliError, errors } from '../errors';
import { AwsSession, type AwsTarget } from './session';

/**
 * Version that modern synthesis asks of the bootstrap stack.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 */
const BOOTSTRAP_VERSION_NEEDED = 6;
const BOOTSTRAP_PARAMETER = '/cdk-bootstrap/hnb659fds/version';

/** One thing that deploying needs: what was found, or what is missing. */
export interface PreflightCheck {
  readonly name: 'region' | 'credentials' | 'bootstrap';
  readonly found?: string;
  readonly missing?: CliError;
}

export type Preflight =
  | {
      readonly ready: true;
      readonly checks: readonly PreflightCheck[];
      readonly session: AwsSession;
      readonly account: string;
    }
  | { readonly ready: false; readonly checks: readonly PreflightCheck[]; readonly missing: CliError };

/** Looks at Region, credentials and bootstrap, as far as each allows to look at the next. Changes nothing. */
export async function preflight(
  target: AwsTarget,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Preflight> {
  const opened = await attempt(() => AwsSession.open(target, env));
  if (opened instanceof CliError) return incomplete([], 'region', opened);
  const region: PreflightCheck = { name: 'region', found: opened.region };

  const account = await attempt(() => callerAccount(opened));
  if (account instanceof CliError) return incomplete([region], 'credentials', account);
  const credentials: PreflightCheck = { name: 'credentials', found: `account ${account}` };

  const version = await attempt(() => bootstrapVersion(opened, account));
  if (version instanceof CliError) return incomplete([region, credentials], 'bootstrap', version);
  const bootstrap: PreflightCheck = { name: 'bootstrap', found: `version ${version}` };
  return { ready: true, checks: [region, credentials, bootstrap], session: opened, account };
}

function incomplete(
  found: readonly PreflightCheck[],
  name: PreflightCheck['name'],
  missing: CliError,
): Preflight {
  return { ready: false, checks: [...found, { name, missing }], missing };
}

async function callerAccount(session: AwsSession): Promise<string> {
  return await session.sts(async (client, { GetCallerIdentityCommand }) => {
    const { Account } = await client.send(new GetCallerIdentityCommand({}));
    return Account ?? '';
  });
}

async function bootstrapVersion(session: AwsSession, account: string): Promise<number> {
  return await session.ssm(async (client, { GetParameterCommand, ParameterNotFound }) => {
    try {
      const { Parameter } = await client.send(new GetParameterCommand({ Name: BOOTSTRAP_PARAMETER }));
      const version = Number(Parameter?.Value);
      if (!(version >= BOOTSTRAP_VERSION_NEEDED)) {
        throw errors.bootstrapTooOld(
          Parameter?.Value ?? 'unknown',
          BOOTSTRAP_VERSION_NEEDED,
          account,
          session.region,
        );
      }
      return version;
    } catch (error) {
      if (error instanceof ParameterNotFound) throw errors.notBootstrapped(account, session.region);
      throw error;
    }
  });
}

/** The value, or the expected error as one; anything else throws on. */
async function attempt<T>(work: () => Promise<T>): Promise<T | CliError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
}
