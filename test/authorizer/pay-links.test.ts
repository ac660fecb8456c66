import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import fc from 'fast-check';
import { apiBase, type AddressedEvent } from '../../lambda/http/api-base';
import { PayLinks } from '../../lambda/authorizer/pay-link/pay-links';
import { createHandler } from '../../lambda/authorizer/handler';
import { readSettings } from '../../lambda/authorizer/settings';
import { composeKey, fingerprintOf } from '../../lib/domain/key';
import { payLinkExpiry, readPayLink } from '../../lib/domain/pay-link';
import { safeText } from '../../lib/domain/problem';
import request from '../fixtures/apigateway/authorizer-request.json';
import { FakeServices } from '../billing-webhook/support/fake-services';
import { buildAccount, buildCatalogue, NOW } from './support/builders';
import { MemoryImportedKeys } from './support/imported-keys';
import { MemoryAccountStore } from './support/memory-account-store';

const SECRET = 'a secret of more than thirty-two characters';
const KEY = composeKey('pw', 'acme', new Uint8Array(20).fill(7));

function event(
  domainName: string | undefined,
  path: string,
  resource: string,
  pathParameters: Record<string, string> | null = null,
): AddressedEvent {
  return { requestContext: { domainName, path }, resource, pathParameters } as unknown as AddressedEvent;
}

describe('the address of the API', () => {
  test.each<[string, AddressedEvent, string | undefined]>([
    ['of a stage', event('x.execute-api.eu-west-1.amazonaws.com', '/prod/hello', '/hello'), '/prod'],
    ['of a domain of its own', event('api.example.com', '/hello', '/hello'), ''],
    ['of a base path', event('api.example.com', '/v1/hello', '/hello'), '/v1'],
    ['of a base path of two levels', event('api.example.com', '/sales/v1/a/b', '/a/{id}'), '/sales/v1'],
    ['below a parameter', event('api.example.com', '/v1/reports/7/x', '/reports/{id}/x', { id: '7' }), '/v1'],
    ['of the root', event('api.example.com', '/prod/', '/'), '/prod'],
    ['with a final slash', event('api.example.com', '/prod/hello/', '/hello'), '/prod'],
    ['with slashes repeated', event('api.example.com', '/prod//hello', '/hello'), '/prod'],
    [
      'of a greedy parameter',
      event('api.example.com', '/v1/files/a/b/c', '/files/{proxy+}', { proxy: 'a/b/c' }),
      '/v1',
    ],
  ])('%s', (_case, given, base) =>
    expect(apiBase(given)).toBe(`https://${given.requestContext.domainName}${base}`),
  );

  test('of the local engine is http', () => {
    expect(apiBase(event('127.0.0.1:4000', '/prod/hello', '/hello'))).toBe('http://127.0.0.1:4000/prod');
  });

  test.each([
    ['no domain', event(undefined, '/prod/hello', '/hello')],
    ['a domain that is none', event('evil.com/@x', '/prod/hello', '/hello')],
    ['a domain with a name before it', event('user@api.example.com', '/prod/hello', '/hello')],
    ['a path that is shorter than the resource', event('api.example.com', '/hello', '/a/hello')],
    ['a base that is none', event('api.example.com', '/%22/hello', '/hello')],
  ])('is unknown with %s', (_case, given) => expect(apiBase(given)).toBeUndefined());

  test('never leaves the domain and never breaks a body, whatever is asked for', () => {
    fc.assert(
      fc.property(fc.webPath(), fc.constantFrom('/', '/hello', '/a/{id}'), (path, resource) => {
        const base = apiBase(event('api.example.com', `/prod${path}`, resource));
        if (base === undefined) return;
        expect(new URL(base).host).toBe('api.example.com');
        expect(safeText(base)).toBe(base);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a link', () => {
  const HELLO = event('api.example.com', '/v1/hello', '/hello');
  const ASKED = { account: 'acme', action: 'upgrade_plan', plan: 'pro' } as const;

  function start(secret: () => Promise<string>) {
    const state = { now: NOW, lines: [] as string[] };
    const links = new PayLinks(
      { path: '/pay', lifetimeMs: 7_200_000 },
      {
        secret,
        clock: () => state.now,
        log: (line) => state.lines.push(line),
      },
    );
    return { state, links };
  }

  test('leads to the payment route with a token that says what was asked for', async () => {
    const { links } = start(async () => SECRET);
    const url = new URL(await links.linkFor(HELLO, ASKED));
    expect(url.origin + url.pathname).toBe('https://api.example.com/v1/pay');
    expect(readPayLink(url.searchParams.get('t')!, [SECRET], NOW)).toEqual({
      kind: 'valid',
      link: { ...ASKED, expiresAt: payLinkExpiry(NOW, 7_200_000) },
    });
  });

  test('is left out as long as the secret cannot be had, which is not asked for at each refusal', async () => {
    let asked = 0;
    let away = true;
    const { links, state } = start(async () => {
      asked += 1;
      if (away) throw new Error('away');
      return SECRET;
    });
    for (let call = 0; call < 5; call += 1) expect(await links.linkFor(HELLO, ASKED)).toBe('');
    expect({ asked, lines: state.lines.length }).toEqual({ asked: 1, lines: 1 });
    away = false;
    state.now += 10_000;
    expect(await links.linkFor(HELLO, ASKED)).not.toBe('');
    // Once known it is used while it cannot be had.
    away = true;
    expect(await links.linkFor(HELLO, ASKED)).not.toBe('');
  });

  test('is left out when the secret does not come in time', async () => {
    const { links } = start(() => new Promise(() => undefined));
    expect(await links.linkFor(HELLO, ASKED)).toBe('');
  });

  test.each([
    ['an account that cannot be one', async () => SECRET, { ...ASKED, account: 'A B' }],
    ['an empty secret', async () => '', ASKED],
  ])('is left out with %s', async (_case, secret, asked) => {
    expect(await start(secret).links.linkFor(HELLO, asked)).toBe('');
  });
});

describe('the body of a 402', () => {
  let services: FakeServices;
  beforeAll(async () => (services = await FakeServices.start()));
  afterAll(() => services.stop());
  beforeEach(() => {
    services.calls.length = 0;
    services.down.clear();
    services.secrets['arn:secret'] = SECRET;
  });

  function call(account: object, env: Record<string, string> = {}) {
    const store = new MemoryAccountStore(
      buildAccount({ keys: { [fingerprintOf(KEY)]: { expiresAt: NOW + 1e9, scopes: [] } }, ...account }),
    );
    const variables = {
      PAY_LINK_SECRET: 'arn:secret',
      PAY_LINK_PATH: '/pay',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: services.endpoint,
      ...env,
    };
    const handler = createHandler(
      {
        tableName: 'table',
        functionName: 'authorizer',
        credentialSource: 'bearer',
        identities: { acceptsKeys: true, tokenIssuers: [] },
        admission: { leaseDurationMs: 10_000, outageGraceMs: 30_000, admitKnownPayersMs: 0 },
        usageKeys: { scope: 'scope', poolKeys: 8, required: true },
        resultsCached: false,
        payLinks: {
          secretId: variables.PAY_LINK_SECRET,
          path: variables.PAY_LINK_PATH,
          lifetimeMs: 3_600_000,
        },
        catalogue: buildCatalogue({ actionUrls: { resume: 'https://shop.example/resume' } }).definition,
      },
      {
        store,
        importedKeys: new MemoryImportedKeys(),
        env: variables,
        clock: () => NOW,
        log: () => undefined,
      },
    );
    const asked = {
      ...request,
      httpMethod: 'GET',
      resource: '/report',
      headers: { Authorization: `Bearer ${KEY}`, Host: 'evil.example', 'X-Forwarded-Host': 'evil.example' },
      multiValueHeaders: null,
      requestContext: { ...request.requestContext, domainName: 'api.example.com', path: '/v1/report' },
    };
    return handler(asked as unknown as APIGatewayRequestAuthorizerEvent);
  }

  test('links to the page where it can be paid', async () => {
    const { context } = await call({ accessUntil: 0 });
    expect(context).toMatchObject({ action: 'update_payment_method' });
    const url = new URL(context!.actionUrl as string);
    expect(url.origin + url.pathname).toBe('https://api.example.com/v1/pay');
    expect(readPayLink(url.searchParams.get('t')!, [SECRET], NOW)).toMatchObject({
      kind: 'valid',
      link: { account: 'acme', action: 'update_payment_method' },
    });
  });

  test('names the plan that would do', async () => {
    const url = new URL((await call({ plan: 'free' })).context!.actionUrl as string);
    expect(readPayLink(url.searchParams.get('t')!, [SECRET], NOW)).toMatchObject({
      link: { action: 'upgrade_plan', plan: 'pro' },
    });
  });

  test('keeps the link that the seller has set for the action', async () => {
    const { context } = await call({ accessUntil: 0, lapseReason: 'subscription_paused' });
    expect(context).toMatchObject({ actionUrl: 'https://shop.example/resume' });
    expect(services.calls).toEqual([]);
  });

  test('goes without a link, and stays a 402, while Secrets Manager is away', async () => {
    services.down.add('secretsmanager');
    const answer = await call({ accessUntil: 0 });
    expect(answer).toMatchObject({
      policyDocument: { Statement: [{ Effect: 'Deny' }] },
      context: { reason: 'payment_failed', actionUrl: '' },
    });
  });

  test('whoever is let in waits for no secret', async () => {
    expect(await call({})).toMatchObject({ policyDocument: { Statement: [{ Effect: 'Allow' }] } });
    expect(services.calls).toEqual([]);
  });
});

test('the settings of links come together', () => {
  expect(() => readSettings({ PAY_LINK_SECRET: 'arn:secret' }, __dirname)).toThrow(/OUTAGE_POLICY/);
  const env = { OUTAGE_POLICY: 'refuse', PAY_LINK_SECRET: 'arn:secret' };
  expect(() => readSettings(env, __dirname)).toThrow('environment variable PAY_LINK_PATH is missing');
  expect(() => readSettings({ ...env, PAY_LINK_PATH: '/pay' }, __dirname)).toThrow('PAY_LINK_LIFETIME_MS');
});
