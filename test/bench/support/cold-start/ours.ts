import { clientFromEnvironment } from '../../../../lambda/store/client-from-environment';
import { drawFromPeriod } from '../../../../lib/domain/quota';
import { DynamoDbAccountStore } from '../../../../lambda/store/dynamodb-account-store';

const store = new DynamoDbAccountStore(clientFromEnvironment(process.env), 'accounts');

export async function decideOnce(): Promise<void> {
  await store.take({
    credential: { accountId: 'acme' },
    plans: ['pro'],
    draw: drawFromPeriod(1),
    now: Date.now(),
  });
}
