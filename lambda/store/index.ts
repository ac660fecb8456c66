export { AccountAdmin, type NewKey } from './account-admin';
export type { KeyRecord } from './key-item';
export { KeyImporter, type ImportOutcome, type KeyToImport } from './import-key';
export { AccountConflict, type AdminError } from './account-conflict';
export type { NewAccount } from './account-item';
export { CREDIT_ID_PATTERN, type CreditGrant, type CreditResult } from './add-credits';
export { type AccountChange } from './change-account';
export { DynamoDbAccountStore } from './dynamodb-account-store';
export { DynamoDbClient, StoreFault, type Credentials, type DynamoDbClientOptions } from './dynamodb-client';
