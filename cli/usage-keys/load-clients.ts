import type * as clients from './clients';

/** Loads the AWS SDK with it, which takes longer than most commands do: only for those that need it. */
export function loadClients(): typeof clients {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./clients') as typeof clients;
}
