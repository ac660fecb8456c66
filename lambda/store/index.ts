export { AccountAdmin, AccountConflict, type AdminError, type KeyRecord, type NewKey } from './account-admin';
export type { NewAccount } from './account-item';
export { DynamoDbAccountStore } from './dynamodb-account-store';
export { DynamoDbClient, StoreFault, type Credentials, type DynamoDbClientOptions } from './dynamodb-client';
