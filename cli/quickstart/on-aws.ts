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
import { NO_VALIDATION, synthesize } from './synthesize';
import { QUICK_START_STACK_NAME, URL_OUTPUT } from './stack';

/** The demo in the cloud: look, say, ask, then deploy and seed, or remove. */
export async function quickstartOnAws(
  options: QuickstartOptions,
  context: CliContext,
): Promise<CommandResult> {
  const looked = await preflight(options, context.env);
  context.output.send(preflightMessage(looked.checks));
  if (!looked.ready) throw looked.missing;

  // Before anything is asked: a yes must not end in a missing package.
  const deployer = await StackDeployer.open({ ...options, region: looked.session.region }, (line) =>
    context.output.send(quickstartMessages.toolkit({ line })),
  );
  const stackName = options.stackName ?? QUICK_START_STACK_NAME;
  const outDir = await mkdtemp(join(tmpdir(), 'paywall-'));
  try {
    context.output.send(quickstartMessages.step({ step: 'synth', detail: `the stack ${stackName}` }));
    await synthesize(outDir, stackName, options.destroy ? NO_VALIDATION : {}, context);
    const job = { ...looked, outDir, stackName, deployer, yes: options.yes === true, context };
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
  readonly deployer: StackDeployer;
  readonly yes: boolean;
  readonly context: CliContext;
}

async function deploy(job: Job): Promise<CommandResult> {
  const { outDir, stackName, account, session, deployer, context } = job;
  const template = await readFile(join(outDir, `${stackName}.template.json`), 'utf8');
  const creation = describeCreation(JSON.parse(template) as { Resources?: Record<string, { Type: string }> });
  context.output.send(
    quickstartMessages.plan({ ...creation, stack: stackName, account, region: session.region }),
  );
  if (!(await confirmed(`Create these in account ${account}, ${session.region}?`, job))) return declined();

  context.output.send(quickstartMessages.step({ step: 'deploy', detail: 'this takes a minute or two' }));
  const { outputs } = await deployer.deploy(outDir, stackName);
  const url = outputs[URL_OUTPUT];
  if (url === undefined) throw errors.outputMissing(stackName, URL_OUTPUT);

  context.output.send(quickstartMessages.step({ step: 'seed', detail: 'demo accounts and their keys' }));
  const file = keyFile(context.cwd, stackName, session.region);
  const earlier = new Map(Object.entries(readKeys(file)?.keys ?? {}));
  const deployment = new AwsDeployment(session, stackName);
  return await withAccounts(deployment, undefined, context.now, async (accounts) => {
    const demo = demoOf(accounts.catalogue);
    const keys = await seed(demo, accounts, accounts.now(), earlier);
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
  const { outDir, stackName, account, session, deployer, context } = job;
  const question = `Remove the stack ${stackName} with all its accounts from account ${account}, ${session.region}?`;
  if (!(await confirmed(question, job))) return declined();
  await deployer.destroy(outDir, stackName);
  await rm(keyFile(context.cwd, stackName, session.region), { force: true });
  return succeeded(quickstartMessages.destroyed({ stack: stackName, region: session.region }));
}

async function confirmed(question: string, { yes, context }: Job): Promise<boolean> {
  if (yes) return true;
  if (!context.ask) throw errors.confirmationNeeded();
  return await context.ask(question);
}

function declined(): CommandResult {
  return failed(generalMessages.declined({}));
}
