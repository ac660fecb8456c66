import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CliContext } from '../context';
import { errors } from '../errors';

/** Lines of the app's error output that are worth showing. */
const SHOWN_LINES = 12;

/**
 * The CDK checks templates against CloudFormation's rules, which costs most of the time of a synth. What goes to AWS is
 * checked; what stays on this machine, or is removed, need not be.
 *
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib-readme.html
 */
export const NO_VALIDATION = { CDK_VALIDATION: 'false' };

/**
 * Synthesizes the quick-start app into `outDir`. The app is run as the CDK runs it, without needing the CDK CLI.
 *
 * @param environment variables on top of our own
 * @param signal ends the app when the user has had enough; absent: it runs to its end
 * @throws CliError `NotBuilt` or `SynthFailed`
 * @see https://docs.aws.amazon.com/cdk/v2/guide/tools.html
 */
export async function synthesize(
  outDir: string,
  stackName: string,
  environment: Readonly<Record<string, string>>,
  context: Pick<CliContext, 'packageRoot' | 'env'>,
  signal?: AbortSignal,
): Promise<void> {
  const app = join(context.packageRoot, 'dist', 'bin', 'app.js');
  if (!existsSync(app)) throw errors.notBuilt(app);
  const child = spawn(process.execPath, [app], {
    cwd: context.packageRoot,
    env: {
      ...context.env,
      CDK_OUTDIR: outDir,
      CDK_CONTEXT_JSON: JSON.stringify({ stackName }),
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(errors.synthFailed(complaint.trim().split('\n').slice(0, SHOWN_LINES).join('\n')));
    });
  });
}
