import { IssuerKeys, IssuerUnreachable } from '../../lambda/authorizer/token/issuer-keys';
import { newKey, OidcIssuer } from './support/oidc-issuer';

const OLD = newKey('old');
const NEW = newKey('new', 'ES256');
const MINUTE = 60_000;

let issuer: OidcIssuer;
let keys: IssuerKeys;
let now: number;

beforeEach(async () => {
  now = Date.parse('2026-11-22T12:00:00Z');
  issuer = await new OidcIssuer().start();
  issuer.keys = [OLD];
  keys = new IssuerKeys(
    { issuer: issuer.url, jwksUri: issuer.jwksUri },
    { clock: () => now, timeoutMs: 5_000 },
  );
});
afterEach(() => issuer.stop());

const find = async (kid: string): Promise<string | undefined> => (await keys.find(kid))?.jwk.kid;

describe('kept in memory', () => {
  test('keys are fetched once, also by callers at the same time', async () => {
    expect(await Promise.all([find('old'), find('old'), find('old')])).toEqual(['old', 'old', 'old']);
    now += 4 * MINUTE;
    expect(await find('old')).toBe('old');
    expect(issuer.requests).toEqual(['/keys']);
  });

  test('a key that the issuer has added is found', async () => {
    await find('old');
    issuer.keys = [OLD, NEW];
    now += 11_000;
    expect(await find('new')).toBe('new');
    expect(await find('old')).toBe('old');
    expect(issuer.requests).toHaveLength(2);
  });

  test('an id that is not there is looked for once in ten seconds, whoever asks', async () => {
    for (let call = 0; call < 100; call += 1) {
      expect(await find(`invented-${call}`)).toBeUndefined();
      now += 300;
    }
    expect(issuer.requests).toHaveLength(3);
  });

  test('a key that the issuer has withdrawn is forgotten after five minutes', async () => {
    await find('old');
    issuer.keys = [NEW];
    now += 5 * MINUTE;
    expect(await find('old')).toBeUndefined();
    expect(await find('new')).toBe('new');
  });

  test('a key that was swapped under its id is taken up after five minutes', async () => {
    const before = await keys.find('old');
    issuer.keys = [newKey('old')];
    now += 5 * MINUTE;
    const after = await keys.find('old');
    expect(after!.key.equals(before!.key)).toBe(false);
  });

  test('a clock that is set back makes nothing young', async () => {
    await find('old');
    issuer.keys = [NEW];
    now -= 60 * MINUTE;
    expect(await find('old')).toBeUndefined();
  });
});

describe('when the issuer fails', () => {
  test('down at the start: a fault, asked again after two seconds, good once it is up', async () => {
    await issuer.stop();
    await expect(find('old')).rejects.toThrow(IssuerUnreachable);
    await issuer.start();
    now += 1_000;
    await expect(find('old')).rejects.toThrow(IssuerUnreachable);
    expect(issuer.requests).toEqual([]);
    now += 1_000;
    expect(await find('old')).toBe('old');
  });

  test('known keys serve for an hour, unknown ones are a fault', async () => {
    await find('old');
    await issuer.stop();
    now += 59 * MINUTE;
    expect(await find('old')).toBe('old');
    await expect(find('new')).rejects.toThrow(IssuerUnreachable);
    now += MINUTE;
    await expect(find('old')).rejects.toThrow(IssuerUnreachable);
  });

  test('a slow issuer is waited for, and a too slow one is a fault', async () => {
    const impatient = new IssuerKeys(
      { issuer: issuer.url, jwksUri: issuer.jwksUri },
      { clock: () => now, timeoutMs: 50 },
    );
    issuer.answer = (_, response) => {
      setTimeout(() => response.end(JSON.stringify({ keys: [OLD.jwk] })), 500);
    };
    await expect(impatient.find('old')).rejects.toThrow(IssuerUnreachable);
    expect(await find('old')).toBe('old');
  });

  test('one that sends a drop at a time is a fault', async () => {
    const impatient = new IssuerKeys(
      { issuer: issuer.url, jwksUri: issuer.jwksUri },
      { clock: () => now, timeoutMs: 200 },
    );
    issuer.answer = (_, response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    };
    await expect(impatient.find('old')).rejects.toThrow(IssuerUnreachable);
  });

  test.each<[string, unknown]>([
    ['no JSON', 'not json'],
    ['no object', '7'],
    ['null', 'null'],
    ['no keys', {}],
    ['keys that are no list', { keys: {} }],
    ['more than 256 KiB', { keys: [], padding: 'x'.repeat(300_000) }],
  ])('a key set with %s is a fault, and the next one is good', async (_, document) => {
    issuer.document = document;
    await expect(find('old')).rejects.toThrow(IssuerUnreachable);
    issuer.document = undefined;
    now += 2_000;
    expect(await find('old')).toBe('old');
  });

  test('a redirect is not followed', async () => {
    issuer.answer = (_, response) => response.writeHead(302, { location: '/elsewhere' }).end();
    await expect(find('old')).rejects.toThrow('answered 302');
    expect(issuer.requests).toEqual(['/keys']);
  });
});

test('entries that are not understood do not spoil the others', async () => {
  const { jwk } = OLD;
  issuer.document = {
    keys: [
      null,
      7,
      { kty: 'oct', k: 'c2VjcmV0', kid: 'secret' },
      { kty: 'RSA', kid: 'broken', n: '!', e: 7 },
      { kty: 'EC', crv: 'secp256k1', kid: 'curve', x: 'AA', y: 'AA' },
      { ...jwk, kid: undefined },
      { ...jwk, kid: 7 },
      { ...jwk, kid: 'encryption', use: 'enc' },
      { ...jwk, kid: 'pss', alg: 'PS256' },
      { ...jwk, kid: 'unnamed', alg: undefined, use: undefined },
      jwk,
    ],
  };
  expect(await find('old')).toBe('old');
  expect(await find('unnamed')).toBe('unnamed');
  for (const kid of ['secret', 'broken', 'curve', 'encryption', 'pss'])
    expect(await find(kid)).toBeUndefined();
});

describe('discovery', () => {
  const discovering = (name = issuer.url) => new IssuerKeys({ issuer: name }, { clock: () => now });

  test('finds the key set once', async () => {
    const found = discovering();
    expect((await found.find('old'))?.jwk.kid).toBe('old');
    now += 5 * MINUTE;
    await found.find('old');
    expect(issuer.requests).toEqual(['/.well-known/openid-configuration', '/keys', '/keys']);
  });

  test('asks again when the keys are no longer where they were', async () => {
    const found = discovering();
    await found.find('old');
    issuer.discovery = { jwks_uri: `${issuer.url}/moved` };
    issuer.answer = (request, response) => {
      if (request.url === '/keys') return void response.writeHead(404).end();
      const answers = { issuer: issuer.url, jwks_uri: `${issuer.url}/moved`, keys: [NEW.jwk] };
      response.end(JSON.stringify(answers));
    };
    now += 5 * MINUTE;
    expect((await found.find('old'))?.jwk.kid).toBe('old');
    now += 2_000;
    expect((await found.find('new'))?.jwk.kid).toBe('new');
  });

  test.each<[string, () => object, string]>([
    ['of another issuer', () => ({ issuer: 'https://stranger.example' }), 'document of another issuer'],
    ['without a key set', () => ({ jwks_uri: undefined }), 'has no jwks_uri'],
    [
      'with a key set that is not secure',
      () => ({ jwks_uri: 'http://stranger.example/keys' }),
      'is not an https URL',
    ],
    ['with a key set that is no URL', () => ({ jwks_uri: 'keys' }), 'Invalid URL'],
    ['with a key set in a file', () => ({ jwks_uri: 'file:///etc/passwd' }), 'is not an https URL'],
  ])('a document %s is a fault', async (_, discovery, message) => {
    issuer.discovery = { ...discovery() };
    await expect(discovering().find('old')).rejects.toThrow(message);
  });
});
