import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeCreation } from '../aws/cost';
import { preflight } from '../aws/preflight';
import type { AwsSession } from '../aws/session';
import { StackDeployer } from '../aws/toolkit';
import type { CliContext } from '../context';
import { AwsDeployment } from '../deployment/aws-deployment';
import { withAccounts } from '../deployment/target';
import { errors } from '../errors';
import { failed, succeeded, type CommandResult } from '../message';
import { generalMessages } from '../messages/general';
import { preflightMessage, quickstartMessages } from '../messages/quickstart';
import { demoOf } from './demo';
import { keyFile, readKeys, writeKeys } from './key-file';
import type { QuickstartOptions } from './quickstart';
import { readyMessage } from './ready';
import { seed } from './seed';
import { synthesize } from './synthesize';
import { QUICK_START_STACK_NAME, URL_OUTPUT } from './stack';

/** The demo in the cloud: look, say, ask, then deploy and seed, or remove. */
export async function quickstartOnAws(
  options: QuickstartOptions,
  context: CliContext,
): Promise<CommandResult> {
  const looked = await preflight(options, context.env);
  context.output.send(preflightMessage(looked.checks));
  if (!looked.ready) throw looked.missing;

  const outDir = await mkdtemp(join(tmpdir(), 'paywall-'));
  try {
    const stackName = options.stackName ?? QUICK_START_STACK_NAME;
    await synthesize(outDir, stackName, {}, context, new AbortController().signal);
    const target = { ...options, region: looked.session.region };
    const job = {
      outDir,
      stackName,
      account: looked.account,
      session: looked.session,
      options: target,
      context,
    };
    return options.destroy ? await destroy(job) : await deploy(job);
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}

interface Job {
  readonly outDir: string;
  readonly stackName: string;
  readonly account: string;
  readonly session: AwsSession;
  readonly options: QuickstartOptions;
  readonly context: CliContext;
}

async function deploy(job: Job): Promise<CommandResult> {
  const { outDir, stackName, account, session, options, context } = job;
  const template = await readFile(join(outDir, `${stackName}.template.json`), 'utf8');
  const creation = describeCreation(JSON.parse(template) as { Resources?: Record<string, { Type: string }> });
  context.output.send(
    quickstartMessages.plan({ ...creation, stack: stackName, account, region: session.region }),
  );
  if (!(await confirmed(`Create these in account ${account}, ${session.region}?`, job))) return declined();

  const deployer = await StackDeployer.open(options, (line) =>
    context.output.send(quickstartMessages.toolkit({ line })),
  );
  const { outputs } = await deployer.deploy(outDir, stackName);
  const url = outputs[URL_OUTPUT];
  if (url === undefined) throw errors.outputMissing(stackName, URL_OUTPUT);

  context.output.send(quickstartMessages.step({ step: 'seed', detail: 'demo accounts and their keys' }));
  const file = keyFile(context.cwd, stackName, session.region);
  const earlier = new Map(Object.entries(readKeys(file)?.keys ?? {}));
  const deployment = new AwsDeployment(session, stackName);
  return await withAccounts(deployment, undefined, context.now, async (accounts) => {
    const demo = demoOf(accounts.catalogue);
    const keys = await seed(demo, accounts, context.now(), earlier);
    writeKeys(file, { url, keys: Object.fromEntries(keys) });
    return succeeded(
      readyMessage(demo, url, keys, [
        `The keys are kept in ${file}, readable by you alone.`,
        'API Gateway may need some minutes to honour new keys; until then it answers 403.',
        `Remove it all with: npx paywall quickstart --aws --destroy --region ${session.region}`,
      ]),
    );
  });
}

async function destroy(job: Job): Promise<CommandResult> {
  const { outDir, stackName, account, session, options, context } = job;
  const question = `Remove the stack ${stackName} with all its accounts from account ${account}, ${session.region}?`;
  if (!(await confirmed(question, job))) return declined();
  const deployer = await StackDeployer.open(options, (line) =>
    context.output.send(quickstartMessages.toolkit({ line })),
  );
  await deployer.destroy(outDir, stackName);
  await rm(keyFile(context.cwd, stackName, session.region), { force: true });
  return succeeded(quickstartMessages.destroyed({ stack: stackName, region: session.region }));
}

async function confirmed(question: string, { options, context }: Job): Promise<boolean> {
  if (options.yes) return true;
  if (!context.ask) throw errors.confirmationNeeded();
  return await context.ask(question);
}

function declined(): CommandResult {
  return failed(generalMessages.declined({}));
}
