import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogueDefinition } from '../../lib/domain/plan';
import { createFunction } from './function';
import { wait } from './wait';

const catalogue = JSON.parse(readFileSync(join(__dirname, 'catalogue.json'), 'utf8')) as CatalogueDefinition;

export const handler = createFunction({
  env: process.env,
  catalogue,
  clock: Date.now,
  sleep: wait,
  log: (line) => void process.stdout.write(`${line}\n`),
});
