import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';

/** How keys of an earlier system are recognised. */
export interface ImportedKeysOptions {
  /**
   * Secret that the stored HMAC of each key is made with, as plain text. **Without it, or with another value, no imported
   * key is recognised any more**: there is no rotation but importing all keys again.
   *
   * @default - one that is made here and retained when the stack is deleted, see `SubscriptionAuthorizer.importedKeysPepper`
   */
  readonly pepper?: secretsmanager.ISecret;
}
