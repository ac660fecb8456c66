import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { generatePassword } from '../../../local/services/secrets/random-password';
import { resolveSecretReferences } from '../../../local/services/secrets/dynamic-reference';
import { SecretStore } from '../../../local/services/secrets/secret-store';
import { MovableClock } from '../../../local/clock';
import { serviceTests, until } from './support';

const serve = serviceTests();

const secret = (Properties: object) => ({ Type: 'AWS::SecretsManager::Secret', Properties });
const generated = {
  PasswordLength: 20,
  SecretStringTemplate: '{"user":"api"}',
  GenerateStringKey: 'password',
};

async function start() {
  const services = await serve(
    {
      Plain: secret({ Name: 'shop/plain', SecretString: 'as written' }),
      Generated: secret({ Name: 'shop/generated', GenerateSecretString: generated }),
      Overridden: secret({ GenerateSecretString: {} }),
    },
    { secrets: { Overridden: 'from outside', 'stripe/key': 'sk_test' } },
  );
  return { services, client: new SecretsManagerClient(services.client) };
}

describe('Secrets Manager', () => {
  let client: SecretsManagerClient;
  const value = (SecretId: string, VersionStage?: string) =>
    client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
  beforeAll(async () => ({ client } = await start()));
  afterAll(() => client.destroy());

  test('gives the values of the template, by name and by ARN', async () => {
    const { ARN, SecretString, VersionStages } = await value('shop/plain');
    expect({ SecretString, VersionStages }).toEqual({
      SecretString: 'as written',
      VersionStages: ['AWSCURRENT'],
    });
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:shop\/plain-\w{6}$/);
    expect((await value(ARN!)).SecretString).toBe('as written');
    expect((await value(ARN!.slice(0, -7))).SecretString).toBe('as written');
  });

  test('generates passwords into the template', async () => {
    const { user, password } = JSON.parse((await value('shop/generated')).SecretString!);
    expect(user).toBe('api');
    expect(password).toHaveLength(20);
  });

  test('takes imported secrets from the given values', async () => {
    expect((await value('stripe/key')).SecretString).toBe('sk_test');
    const arn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:stripe/key-AbCdEf';
    expect((await value(arn)).SecretString).toBe('sk_test');
  });

  test('lists and describes', async () => {
    const { SecretList } = await client.send(
      new ListSecretsCommand({ Filters: [{ Key: 'name', Values: ['shop/'] }] }),
    );
    expect(SecretList!.map(({ Name }) => Name)).toEqual(['shop/plain', 'shop/generated']);
    const described = await client.send(new DescribeSecretCommand({ SecretId: 'shop/plain' }));
    expect(Object.values(described.VersionIdsToStages!)).toEqual([['AWSCURRENT']]);
    expect(described.CreatedDate).toBeInstanceOf(Date);
  });

  test('rotates: pending, then current, then previous', async () => {
    const put = { SecretId: 'shop/generated', SecretString: 'next', VersionStages: ['AWSPENDING'] };
    const { VersionId: MoveToVersionId } = await client.send(new PutSecretValueCommand(put));
    const old = await value('shop/generated');
    expect((await value('shop/generated', 'AWSPENDING')).SecretString).toBe('next');
    const move = { SecretId: 'shop/generated', VersionStage: 'AWSCURRENT', MoveToVersionId };
    await client.send(new UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: old.VersionId }));
    expect((await value('shop/generated')).SecretString).toBe('next');
    expect((await value('shop/generated', 'AWSPREVIOUS')).VersionId).toBe(old.VersionId);
  });

  test('the same token twice is one version, with another value an error', async () => {
    const put = { SecretId: 'shop/plain', ClientRequestToken: 'a'.repeat(32), SecretString: 'again' };
    const first = await client.send(new PutSecretValueCommand(put));
    expect((await client.send(new PutSecretValueCommand(put))).VersionId).toBe(first.VersionId);
    await expect(
      client.send(new PutSecretValueCommand({ ...put, SecretString: 'other' })),
    ).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  test.each([
    ['an unknown secret', 'nobody', undefined],
    ['a label of no version', 'shop/plain', 'AWSPENDING'],
  ])('has nothing for %s', async (_, id, stage) => {
    await expect(value(id, stage)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

test('an operation that is not imitated is an error, and a finding once', async () => {
  const { services, client } = await start();
  const { DeleteSecretCommand } = await import('@aws-sdk/client-secrets-manager');
  for (const SecretId of ['a', 'b']) {
    await expect(client.send(new DeleteSecretCommand({ SecretId }))).rejects.toMatchObject({
      name: 'NotImitatedLocally',
      message: 'the local engine does not imitate secretsmanager (secretsmanager.DeleteSecret)',
    });
  }
  expect(services.findings).toMatchObject([{ code: 'OperationNotImitated', severity: 'notice' }]);
  client.destroy();
});

test.each([
  [{}, /^[!-~]{32}$/],
  [{ ExcludePunctuation: true, PasswordLength: 64 }, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9]{64}$/],
  [
    { ExcludeCharacters: 'abc', ExcludeUppercase: true, ExcludeNumbers: true, ExcludePunctuation: true },
    /^[d-z]{32}$/,
  ],
  [{ PasswordLength: 4 }, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d).{4}$/],
])('passwords follow %j', (settings, expected) => {
  expect(generatePassword(settings, 'seed')).toMatch(expected);
  expect(generatePassword(settings, 'seed')).toBe(generatePassword(settings, 'seed'));
});

test.each([
  ['{{resolve:secretsmanager:db}}', '{"user":"api"}'],
  ['{{resolve:secretsmanager:db:SecretString:user}}', 'api'],
  ['x={{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:1:secret:db:SecretString:user::}}', 'x=api'],
  [
    '{{resolve:secretsmanager:db:SecretString:nothing}}',
    '{{resolve:secretsmanager:db:SecretString:nothing}}',
  ],
  ['{{resolve:secretsmanager:unknown}}', '{{resolve:secretsmanager:unknown}}'],
])('dynamic reference %s', (text, expected) => {
  const store = new SecretStore({ db: '{"user":"api"}' }, new MovableClock());
  expect(resolveSecretReferences(text, store, 'us-east-1')).toBe(expected);
});

test('takes a value only as text', async () => {
  const { client } = await start();
  const SecretString = { user: 'api' } as unknown as string;
  await expect(
    client.send(new PutSecretValueCommand({ SecretId: 'shop/plain', SecretString })),
  ).rejects.toMatchObject({
    name: 'SerializationException',
    message: 'SecretString must be text, got a structure',
  });
  client.destroy();
});

test('refuses filters that every object would have', async () => {
  const { client } = await start();
  const Filters = [{ Key: 'constructor' as 'name', Values: ['x'] }];
  await expect(client.send(new ListSecretsCommand({ Filters }))).rejects.toMatchObject({
    name: 'NotImitatedLocally',
  });
  client.destroy();
});

test.each<[object, string]>([
  [{ SecretStringTemplate: '{bad', GenerateStringKey: 'p' }, 'SecretStringTemplate is not JSON: '],
  [
    { SecretStringTemplate: '[]', GenerateStringKey: 'p' },
    'SecretStringTemplate must be a JSON object, got []',
  ],
  [{ PasswordLength: 100_000_000 }, 'PasswordLength must be 1 to 4096, got 100000000'],
])('refuses to generate %j', async (GenerateSecretString, message) => {
  const listening = () => process.getActiveResourcesInfo().filter((type) => type === 'TCPServerWrap').length;
  const before = listening();
  await expect(serve({ Broken: secret({ GenerateSecretString }) })).rejects.toMatchObject({
    code: 'SecretNotGenerated',
    message: expect.stringContaining(message),
  });
  await until(() => listening() === before);
});
