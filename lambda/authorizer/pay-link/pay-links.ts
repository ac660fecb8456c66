import { payLinkExpiry, signPayLink, type PayLink } from '../../../lib/domain/pay-link';
import { SecretCache, SecretsManager } from '../../billing-webhook/secret-cache';
import { serviceClient } from '../../billing-webhook/services';
import { apiBase, type AddressedEvent } from '../../http/api-base';

export interface PayLinkSettings {
  /** ARN of the secret that links are signed with. */
  readonly secretId: string;
  /** Path of the payment route below the API's address, for example `/pay`. */
  readonly path: string;
  /** How long a link lives at least, milliseconds. */
  readonly lifetimeMs: number;
}

export interface PayLinkPorts {
  /** @throws when it cannot be had */
  readonly secret: () => Promise<string>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly log: (line: string) => void;
}

/** Longest wait for the secret, milliseconds: a refusal without its link is better than none in time. */
const PATIENCE_MS = 1_000;
/** How long a secret that could not be had is not asked for again, milliseconds. */
const RETRY_AFTER_MS = 10_000;

/** Links to the payment pages. Nothing here can make a refusal fail: without the secret it goes without its link. */
export class PayLinks {
  private known?: string;
  private notBefore = -Infinity;

  constructor(
    private readonly settings: Pick<PayLinkSettings, 'path' | 'lifetimeMs'>,
    private readonly ports: PayLinkPorts,
  ) {}

  /** @returns empty text when there can be no link */
  async linkFor(event: AddressedEvent, link: Omit<PayLink, 'expiresAt'>): Promise<string> {
    const base = apiBase(event);
    const secret = base === undefined ? undefined : await this.secret();
    if (secret === undefined) return '';
    const { path, lifetimeMs } = this.settings;
    try {
      const expiresAt = payLinkExpiry(this.ports.clock(), lifetimeMs);
      return `${base}${path}?t=${signPayLink({ ...link, expiresAt }, secret)}`;
    } catch (error) {
      this.warn(error);
      return '';
    }
  }

  private async secret(): Promise<string | undefined> {
    const now = this.ports.clock();
    if (now < this.notBefore) return this.known;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    });
    try {
      this.known = await Promise.race([this.ports.secret(), patience]);
    } catch (error) {
      this.notBefore = now + RETRY_AFTER_MS;
      this.warn(error);
    } finally {
      clearTimeout(timer);
    }
    return this.known;
  }

  private warn(error: unknown): void {
    this.ports.log(
      JSON.stringify({ level: 'WARN', message: 'no pay link could be signed', error: String(error) }),
    );
  }
}

export function createPayLinks(
  { secretId, ...settings }: PayLinkSettings,
  env: Readonly<Record<string, string | undefined>>,
  { clock, log }: Omit<PayLinkPorts, 'secret'>,
): PayLinks {
  const source = new SecretsManager(serviceClient('SECRETS_MANAGER', env));
  const secrets = new SecretCache(source, clock, () => undefined);
  return new PayLinks(settings, { clock, log, secret: async () => (await secrets.get([secretId]))[0]! });
}
