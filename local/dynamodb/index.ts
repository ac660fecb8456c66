export { type LocalDynamoDb, startDynamoDb } from './local-dynamodb';
export { checkTables } from './table-definition';
