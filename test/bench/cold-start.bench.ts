import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { toAccountItem } from '../../lambda/store/account-item';
import { DynamoDbClient } from '../../lambda/store/dynamodb-client';
import { buildAccount } from '../authorizer/support/builders';
import { createAccountsTable, CREDENTIALS, dynamoDbTargets, REGION } from '../helpers/dynamodb-targets';
import { percentile, printTable } from './support/report';

/**
 * What a new function environment costs: loading the bundle, then the first decision, each in a fresh process; our
 * client beside the SDK's, in one run, turn by turn.
 */

const RUNS = 15;
const VARIANTS = ['empty', 'ours', 'sdk'] as const;
const root = process.cwd();

const bundleOf = (variant: string): string => join(root, 'dist/bench/cold-start', `${variant}.js`);

const PROBE = `
  const start = process.hrtime.bigint();
  const { decideOnce } = require(process.argv[1]);
  const loaded = process.hrtime.bigint();
  decideOnce().then(() => {
    const ms = (from, to) => Number(to - from) / 1e6;
    console.log(JSON.stringify([ms(start, loaded), ms(loaded, process.hrtime.bigint())]));
    process.exit();
  });
`;

async function probe(variant: string, endpoint: string): Promise<[number, number]> {
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', PROBE, bundleOf(variant)], { env });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as [number, number];
}

async function main(): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      VARIANTS.map((name) => [name, `test/bench/support/cold-start/${name}.ts`]),
    ),
    outdir: 'dist/bench/cold-start',
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  });
  const [target] = dynamoDbTargets;
  const { endpoint, stop } = await target!.start();
  const client = new DynamoDbClient({ endpoint, region: REGION, credentials: () => CREDENTIALS });
  await createAccountsTable(endpoint, 'accounts');
  const account = buildAccount({ remaining: 1e6, periodEnd: Date.now() + 3_600_000 });
  await client.send('PutItem', { TableName: 'accounts', Item: toAccountItem(account) });

  const measured = new Map<string, [number, number][]>(VARIANTS.map((name) => [name, []]));
  for (let run = 0; run <= RUNS; run += 1) {
    for (const variant of VARIANTS) {
      const sample = await probe(variant, endpoint);
      // The first of each warms the file cache.
      if (run > 0) measured.get(variant)!.push(sample);
    }
  }
  client.close();
  await stop();

  console.log(`Cold start in a fresh process, median of ${RUNS}, milliseconds (${target!.name}):\n`);
  const rows = VARIANTS.map((variant) => {
    const samples = measured.get(variant)!;
    const median = (pick: (sample: [number, number]) => number): string =>
      percentile(samples.map(pick), 0.5).toFixed(1);
    const kilobytes = (statSync(bundleOf(variant)).size / 1000).toFixed(0);
    return [
      variant,
      kilobytes,
      median(([load]) => load),
      median(([, first]) => first),
      median(([a, b]) => a + b),
    ];
  });
  printTable(['client', 'bundle KB', 'load', 'first decision', 'together'], rows);
}

void main();
