import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const CDK = join(dirname(require.resolve('aws-cdk/package.json')), 'bin', 'cdk');
export const PACKAGE_ROOT = join(__dirname, '..', '..');

/**
 * Runs the pinned CDK CLI on the built quick-start app, against an imitation of AWS, and returns everything that it
 * printed. The app of `cdk.json` would build `dist/` anew under the tests that use it. The assembly is in `cdk.out` of
 * `home`, as no two CLIs may synthesize into one folder.
 *
 * @param home stands in for the home folder, where the CLI keeps the account ids that it has seen
 * @throws Error with what the CLI printed, when it fails
 */
export async function cdk(
  args: readonly string[],
  { url, env, home }: { url: string; env: Readonly<Record<string, string>>; home: string },
): Promise<string> {
  const options = {
    cwd: PACKAGE_ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      CI: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      NODE_NO_WARNINGS: '1',
      ...env,
      // The URL by which CloudFormation is told to fetch a template: moto reads the bucket from the path of one that
      // names localhost, and from the host of any other.
      AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION: url.replace('127.0.0.1', 'localhost'),
    },
  };
  const app = ['--app', 'node dist/bin/app.js', '--output', join(home, 'cdk.out'), '--no-notices'];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [CDK, ...args, ...app], options);
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`cdk ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
