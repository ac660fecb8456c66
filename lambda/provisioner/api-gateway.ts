import {
  ConflictException,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  GetUsagePlanKeyCommand,
  LimitExceededException,
  NotFoundException,
  paginateGetApiKeys,
  type APIGatewayClient,
} from '@aws-sdk/client-api-gateway';
import type { ListedKey, UsageKeyGateway } from './usage-key-gateway';

/** Most that one page holds. */
const PAGE_SIZE = 500;

/** {@link UsageKeyGateway} on the service. Give it a client that does not retry: retries would pass the rate. */
export class ApiGateway implements UsageKeyGateway {
  constructor(private readonly client: APIGatewayClient) {}

  async create(value: string): ReturnType<UsageKeyGateway['create']> {
    try {
      const command = new CreateApiKeyCommand({
        name: value,
        value,
        enabled: true,
        description: DESCRIPTION,
      });
      const { id } = await this.client.send(command);
      return { keyId: id! };
    } catch (error) {
      if (error instanceof ConflictException) return 'exists';
      if (error instanceof LimitExceededException) return 'no-room';
      throw error;
    }
  }

  async find(name: string): Promise<string | undefined> {
    for await (const key of this.list(name)) if (key.name === name) return key.id;
    return undefined;
  }

  async attach(usagePlanId: string, keyId: string): Promise<'attached' | 'refused'> {
    try {
      await this.client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
      return 'attached';
    } catch (error) {
      if (!(error instanceof ConflictException) && !(error instanceof NotFoundException)) throw error;
      if (await this.isAttached(usagePlanId, keyId)) return 'attached';
      // Without its usage plan no key will ever do: that is for an operator, not for another key.
      if (error instanceof NotFoundException && /usage plan/i.test(error.message)) throw error;
      return 'refused';
    }
  }

  async delete(keyId: string): Promise<void> {
    try {
      await this.client.send(new DeleteApiKeyCommand({ apiKey: keyId }));
    } catch (error) {
      if (!(error instanceof NotFoundException)) throw error;
    }
  }

  async *list(prefix: string): AsyncIterable<ListedKey> {
    const pages = paginateGetApiKeys(
      { client: this.client, pageSize: PAGE_SIZE },
      { nameQuery: prefix, includeValues: false },
    );
    for await (const { items = [] } of pages) {
      for (const { id, name } of items) if (id && name?.startsWith(prefix)) yield { id, name };
    }
  }

  private async isAttached(usagePlanId: string, keyId: string): Promise<boolean> {
    try {
      await this.client.send(new GetUsagePlanKeyCommand({ usagePlanId, keyId }));
      return true;
    } catch (error) {
      if (error instanceof NotFoundException) return false;
      throw error;
    }
  }
}

const DESCRIPTION = 'Own key of an account, made by cdk-api-paywall';
