export {
  AccountAdmin,
  AccountConflict,
  type AdminError,
  type KeyRecord,
  type NewAccount,
  type NewKey,
} from './account-admin';
export { DynamoDbAccountStore } from './dynamodb-account-store';
export { DynamoDbClient, StoreFault, type Credentials, type DynamoDbClientOptions } from './dynamodb-client';
