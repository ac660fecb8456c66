import { createHmac, generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Claims = Readonly<Record<string, unknown>>;

/** A key pair of an issuer. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: KeyObject;
  readonly jwk: JsonWebKey & { readonly kid?: string; readonly alg?: string; readonly use?: string };
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

export function newKey(kid: string, alg = 'RS256', modulusLength = 2048): SigningKey {
  const namedCurve = CURVES[alg];
  const { privateKey, publicKey } =
    alg === 'EdDSA'
      ? generateKeyPairSync('ed25519')
      : namedCurve === undefined
        ? generateKeyPairSync('rsa', { modulusLength })
        : generateKeyPairSync('ec', { namedCurve });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
  return { kid, alg, privateKey, jwk };
}

/** A token with these parts, signed with the key by the algorithm that the key is for. */
export function signToken(key: SigningKey, claims: Claims, header: Claims = {}): string {
  const input = unsigned({ alg: key.alg, typ: 'JWT', kid: key.kid, ...header }, claims);
  const digest = key.alg === 'EdDSA' ? null : `sha${key.alg.slice(2)}`;
  const options = { key: key.privateKey, dsaEncoding: 'ieee-p1363' as const };
  return `${input}.${sign(digest, Buffer.from(input), options).toString('base64url')}`;
}

/** A token that is "signed" with a shared secret. */
export function hmacToken(secret: string | Buffer, header: Claims, claims: Claims): string {
  const input = unsigned({ alg: 'HS256', typ: 'JWT', ...header }, claims);
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

export function unsigned(header: unknown, claims: unknown): string {
  return [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
}

/** An OpenID Connect issuer on the loopback interface: discovery, keys, and a record of who asked for what. */
export class OidcIssuer {
  /** Keys that it publishes. */
  keys: SigningKey[] = [];
  /** Replaces the key set. */
  document: unknown = undefined;
  /** Replaces members of the discovery document. */
  discovery: Claims = {};
  readonly requests: string[] = [];
  /** Answers in place of the issuer. */
  answer?: (request: IncomingMessage, response: ServerResponse) => void;
  private server?: Server;
  private port = 0;

  /** Also brings an issuer back that was stopped, at the same address. */
  async start(): Promise<this> {
    this.server = createServer((request, response) => this.serve(request, response));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get jwksUri(): string {
    return `${this.url}/keys`;
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(request.url!);
    if (this.answer) return this.answer(request, response);
    const documents: Record<string, unknown> = {
      '/.well-known/openid-configuration': { issuer: this.url, jwks_uri: this.jwksUri, ...this.discovery },
      '/keys': this.document ?? { keys: this.keys.map((key) => key.jwk) },
    };
    const document = documents[request.url!];
    response.statusCode = document === undefined ? 404 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(typeof document === 'string' ? document : JSON.stringify(document ?? {}));
  }
}
