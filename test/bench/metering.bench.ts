import type { Catalogue } from '../../lib/domain/catalogue';
import { AccountMemories } from '../../lambda/authorizer/account-memory';
import { Admission } from '../../lambda/authorizer/admission';
import { toAccountItem } from '../../lambda/store/account-item';
import type { AccountStore } from '../../lambda/store/account-store';
import { DynamoDbAccountStore } from '../../lambda/store/dynamodb-account-store';
import { DynamoDbClient } from '../../lambda/store/dynamodb-client';
import { buildAccount, buildCatalogue, FINGERPRINT } from '../authorizer/support/builders';
import { MemoryAccountStore } from '../authorizer/support/memory-account-store';
import { createAccountsTable, CREDENTIALS, dynamoDbTargets, REGION } from '../helpers/dynamodb-targets';
import { percentile, printTable } from './support/report';

/**
 * What counting a request costs: leases beside the two authorizers that people write by hand, over the same client,
 * against the same emulator, in one run.
 */

const REQUESTS = 3000;
const QUOTA = 10_000_000;
const TERMS = { leaseDurationMs: 10_000, outageGraceMs: 0, admitKnownPayersMs: 0 };
const CREDENTIAL = { accountId: 'acme', fingerprint: FINGERPRINT };
const catalogue: Catalogue = buildCatalogue();
const ROUTE = catalogue.requirement({ httpMethod: 'GET', resource: '/hello' });

/** Admits one request; answers how many writes that took. */
type Method = () => Promise<number>;

function leases(client: DynamoDbClient): Method {
  const inner = new DynamoDbAccountStore(client, 'accounts');
  let writes = 0;
  const store: AccountStore = {
    read: (accountId) => inner.read(accountId),
    take: (request) => ((writes += 1), inner.take(request)),
    rollOver: (request) => ((writes += 1), inner.rollOver(request)),
    charge: (accountId, units, now) => inner.charge(accountId, units, now),
    noteUse: (accountId, fingerprint, now) => ((writes += 1), inner.noteUse(accountId, fingerprint, now)),
  };
  const admission = new Admission(store, catalogue, new AccountMemories(), TERMS, Date.now);
  return async () => {
    const before = writes;
    const verdict = await admission.admit(CREDENTIAL, ROUTE);
    if (verdict.kind !== 'allow') throw new Error(`refused: ${JSON.stringify(verdict)}`);
    return writes - before;
  };
}

const Key = { pk: { S: 'ACCOUNT#acme' }, sk: { S: 'ACCOUNT' } };

/** Reads the account, decides, then counts: two round trips, and oversells under concurrency. */
function readThenWrite(client: DynamoDbClient): Method {
  return async () => {
    await client.send('GetItem', { TableName: 'accounts', Key, ConsistentRead: true });
    await count(client, undefined);
    return 1;
  };
}

/** One conditional write for every request. */
function updatePerRequest(client: DynamoDbClient): Method {
  return async () => {
    await count(client, 'remaining >= :one');
    return 1;
  };
}

function count(client: DynamoDbClient, condition: string | undefined): Promise<unknown> {
  return client.send('UpdateItem', {
    TableName: 'accounts',
    Key,
    UpdateExpression: 'SET remaining = remaining - :one',
    ...(condition && { ConditionExpression: condition }),
    ExpressionAttributeValues: { ':one': { N: '1' } },
    ReturnValues: 'ALL_NEW',
  });
}

async function measure(name: string, method: Method): Promise<string[]> {
  for (let call = 0; call < 200; call += 1) await method();
  const hits: number[] = [];
  const misses: number[] = [];
  let writes = 0;
  for (let call = 0; call < REQUESTS; call += 1) {
    const started = process.hrtime.bigint();
    const written = await method();
    (written > 0 ? misses : hits).push(Number(process.hrtime.bigint() - started) / 1e6);
    writes += written;
  }
  const both = [...hits, ...misses];
  const cell = (values: number[], rank: number): string =>
    values.length === 0 ? '-' : percentile(values, rank).toFixed(3);
  return [
    name,
    (writes / REQUESTS).toFixed(4),
    ...[both, hits, misses].flatMap((values) => [cell(values, 0.5), cell(values, 0.99)]),
  ];
}

async function latency(): Promise<void> {
  const [target] = dynamoDbTargets;
  const { endpoint, stop } = await target!.start();
  const client = new DynamoDbClient({ endpoint, region: REGION, credentials: () => CREDENTIALS });
  try {
    await createAccountsTable(endpoint, 'accounts');
    const account = buildAccount({ remaining: QUOTA, periodEnd: Date.now() + 3_600_000 });
    await client.send('PutItem', { TableName: 'accounts', Item: toAccountItem(account) });
    console.log(
      `Added latency of one caller in one environment, ${REQUESTS} requests, milliseconds (${target!.name}):\n`,
    );
    printTable(
      ['method', 'writes/request', 'p50', 'p99', 'hit p50', 'hit p99', 'miss p50', 'miss p99'],
      [
        await measure('leases', leases(client)),
        await measure('read then write', readThenWrite(client)),
        await measure('update per request', updatePerRequest(client)),
      ],
    );
  } finally {
    client.close();
    await stop();
  }
}

/** Requests per second that one function environment serves at the most (API Gateway facts: 10 per environment). */
const PER_ENVIRONMENT = 10;

/** Writes per admitted request at a steady rate, by simulation with a clock of its own. */
async function efficiency(perSecond: number, seconds: number): Promise<string[]> {
  const store = new MemoryAccountStore(buildAccount({ remaining: 1e12, periodEnd: 8e15 }));
  let time = Date.parse('2026-01-01T00:00:00Z');
  const environments = Array.from(
    { length: Math.max(1, Math.ceil(perSecond / PER_ENVIRONMENT)) },
    () => new Admission(store, catalogue, new AccountMemories(), TERMS, () => time),
  );
  const calls = perSecond * seconds;
  for (let call = 0; call < calls; call += 1) {
    await environments[call % environments.length]!.admit(CREDENTIAL, ROUTE);
    time += 1000 / perSecond;
  }
  const writes = store.calls.filter(({ operation }) => operation === 'take').length;
  return [
    String(perSecond),
    String(environments.length),
    (calls / writes).toFixed(1),
    (writes / seconds).toFixed(1),
  ];
}

async function main(): Promise<void> {
  await latency();
  console.log('\nLease efficiency of one account at a steady rate, simulated over 30 s:\n');
  const rows = [];
  for (const rate of [1, 10, 100, 1000, 10_000]) rows.push(await efficiency(rate, 30));
  printTable(['requests/s', 'environments', 'requests/write', 'writes/s'], rows);
}

void main();
