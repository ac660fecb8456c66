import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Catalogue } from '../../lib/domain/catalogue';
import type { CatalogueDefinition } from '../../lib/domain/plan';
import { AccountAdmin } from '../store/account-admin';
import { clientFromEnvironment } from '../store/client-from-environment';
import { createAccountApi } from './handler';

const catalogue = JSON.parse(readFileSync(join(__dirname, 'catalogue.json'), 'utf8')) as CatalogueDefinition;
const tableName = process.env.ACCOUNT_TABLE;
if (!tableName) throw new Error('environment variable ACCOUNT_TABLE is missing');

export const handler = createAccountApi({
  accounts: new AccountAdmin(clientFromEnvironment(process.env), tableName),
  catalogue: new Catalogue(catalogue),
  clock: Date.now,
  log: (line) => void process.stdout.write(`${line}\n`),
});
