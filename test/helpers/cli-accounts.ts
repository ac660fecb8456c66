import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDiscovery } from '../../cli/deployment/discovery';
import { run } from '../../cli/program';
import { AccountAdmin, DynamoDbAccountStore, DynamoDbClient } from '../../lambda/store';
import { cliContext } from './cli-context';
import {
  createAccountsTable,
  CREDENTIALS,
  dynamoDbTargets,
  REGION,
  type RunningDynamoDb,
} from './dynamodb-targets';
import { NOW } from './now';
import { buildOffer } from './offer';
import type { RecordingOutput } from './recording-output';

const TABLE = 'Accounts';

/** The accounts commands on an empty table, as if a local engine ran here. */
export class CliAccounts {
  readonly admin: AccountAdmin;
  readonly store: DynamoDbAccountStore;
  /** What the last command line said. */
  output: RecordingOutput = cliContext().output;

  private constructor(
    private readonly database: RunningDynamoDb,
    private readonly client: DynamoDbClient,
    private readonly cwd: string,
  ) {
    this.admin = new AccountAdmin(client, TABLE, () => NOW);
    this.store = new DynamoDbAccountStore(client, TABLE);
  }

  static async start(): Promise<CliAccounts> {
    const database = await dynamoDbTargets[0]!.start();
    const { endpoint } = database;
    await createAccountsTable(endpoint, TABLE);
    const cwd = mkdtempSync(join(tmpdir(), 'paywall-test-'));
    writeDiscovery(cwd, {
      version: 2,
      pid: process.pid,
      apis: [],
      routes: [],
      clockOffsetMs: 0,
      endpoints: { dynamodb: endpoint },
      functions: [
        {
          logicalId: 'Auth',
          name: 'Auth',
          environment: { ACCOUNT_TABLE: TABLE, AWS_REGION: REGION },
          metadata: { 'cdk-api-paywall': { role: 'authorizer', catalogue: buildOffer() } },
        },
      ],
    });
    const client = new DynamoDbClient({ endpoint, region: REGION, credentials: () => CREDENTIALS });
    return new CliAccounts(database, client, cwd);
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.database.stop();
    rmSync(this.cwd, { recursive: true });
  }

  /** Runs a command line and answers with its exit code, the code and the data of its last message. */
  async paywall(...line: string[]): Promise<Record<string, any>> {
    const context = cliContext({ cwd: this.cwd });
    const exitCode = await run(line, '0', context);
    this.output = context.output;
    const { code, data } = context.output.messages.at(-1)!;
    return { exitCode, code, ...data };
  }

  /** Writes attributes of an account, as other programs would. */
  async set(accountId: string, name: string, value: number): Promise<void> {
    await this.client.send('UpdateItem', {
      TableName: TABLE,
      Key: { pk: { S: `ACCOUNT#${accountId}` }, sk: { S: 'ACCOUNT' } },
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': { N: `${value}` } },
    });
  }
}
