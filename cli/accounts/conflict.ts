import { AccountConflict } from '../../lambda/store';
import { MAX_KEYS_PER_ACCOUNT } from '../../lib/domain/account';
import { errors } from '../errors';

/** Runs `work` and says in the words of the CLI why the account does not permit it. */
export async function translateConflict<T>(accountId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AccountConflict)) throw error;
    if (error.code === 'account_exists') throw errors.accountExists(accountId);
    if (error.code === 'no_such_account') throw errors.noSuchAccount(accountId);
    if (error.code === 'too_many_keys') throw errors.tooManyKeys(accountId, MAX_KEYS_PER_ACCOUNT);
    if (error.code === 'account_contended') throw errors.accountContended(accountId);
    if (error.code === 'credit_differs') throw errors.creditDiffers(error.message);
    if (error.code === 'no_such_key') throw errors.noSuchKey(accountId, error.message);
    throw error;
  }
}
