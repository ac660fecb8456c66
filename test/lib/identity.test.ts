import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { AccountMapping, Identity, SubscriptionAuthorizer, type JwtIdentityOptions } from '../../lib';
import { FREE, mock, newStack, paywallError, resourcesOf } from './harness';

const OPTIONS: JwtIdentityOptions = {
  issuer: 'https://login.example.com',
  audience: ['https://api.example.com'],
  accountClaim: 'account',
};

/** The variable of the function, with each token as `<logical id>`. */
function identities(stack: Stack, given?: Identity[]): unknown {
  const authorizer = new SubscriptionAuthorizer(stack, 'Authorizer', { plans: [FREE], identities: given });
  const restApi = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
  restApi.root.addMethod('GET', mock(), { authorizer });
  const [fn] = resourcesOf(stack, 'AWS::Lambda::Function');
  const value = (fn!.properties.Environment.Variables as Record<string, unknown>).IDENTITIES;
  if (value === undefined) return undefined;
  const parts = (value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join']?.[1] ?? [value];
  return JSON.parse(
    parts.map((part) => (typeof part === 'string' ? part : `<${Object.values(part as object)[0]}>`)).join(''),
  );
}

test('nothing is said of identities by default: keys', () => {
  expect(identities(newStack())).toBeUndefined();
});

test('keys and tokens', () => {
  expect(identities(newStack(), [Identity.keys(), Identity.jwt(OPTIONS)])).toEqual({
    acceptsKeys: true,
    tokenIssuers: [
      {
        issuer: 'https://login.example.com',
        audiences: ['https://api.example.com'],
        audienceClaim: 'aud',
        accountClaim: 'account',
        accountMapping: 'exact',
        clockSkewSeconds: 60,
      },
    ],
  });
});

test('tokens instead of keys, every option', () => {
  const jwt = Identity.jwt({
    ...OPTIONS,
    accountClaim: 'sub',
    accountMapping: AccountMapping.HASHED,
    audienceClaim: 'client_id',
    scopePrefix: 'paywall/',
    jwksUri: 'https://keys.example.com/set',
    clockTolerance: Duration.seconds(0),
  });
  expect(identities(newStack(), [jwt])).toEqual({
    acceptsKeys: false,
    tokenIssuers: [
      {
        issuer: 'https://login.example.com',
        audiences: ['https://api.example.com'],
        audienceClaim: 'client_id',
        accountClaim: 'sub',
        accountMapping: 'hashed',
        scopePrefix: 'paywall/',
        jwksUri: 'https://keys.example.com/set',
        clockSkewSeconds: 0,
      },
    ],
  });
});

test('a user pool of the same stack', () => {
  const stack = newStack();
  const pool = new cognito.UserPool(stack, 'Users');
  const client = pool.addClient('Shop');
  const jwt = Identity.jwt({
    ...OPTIONS,
    issuer: pool.userPoolProviderUrl,
    audience: [client.userPoolClientId],
    audienceClaim: 'client_id',
  });
  expect(identities(stack, [jwt])).toMatchObject({
    tokenIssuers: [
      {
        issuer: expect.stringMatching(/^<Users.*ProviderURL>$/),
        audiences: [expect.stringMatching(/^<UsersShop/)],
      },
    ],
  });
});

describe('refused at synth', () => {
  const refusal = (...given: Identity[]) =>
    paywallError(
      () => new SubscriptionAuthorizer(newStack(), 'Authorizer', { plans: [FREE], identities: given }),
    ).rules.map((rule) => rule.code);

  test('no identity at all', () => expect(refusal()).toEqual(['IdentitiesEmpty']));

  test.each<[string, Partial<JwtIdentityOptions>]>([
    ['TokenIssuerInvalid', { issuer: 'login.example.com' }],
    ['TokenIssuerInvalid', { issuer: 'http://login.example.com' }],
    ['TokenIssuerInvalid', { issuer: 'https://login.example.com?tenant=1' }],
    ['TokenIssuerInvalid', { issuer: 'https://user@login.example.com' }],
    ['JwksUriInvalid', { jwksUri: 'http://keys.example.com' }],
    ['TokenAudienceEmpty', { audience: [] }],
    ['TokenAudienceEmpty', { audience: [''] }],
    ['TokenClaimEmpty', { accountClaim: '' }],
    ['TokenClaimEmpty', { audienceClaim: '' }],
    ['ClockToleranceOutOfRange', { clockTolerance: Duration.seconds(301) }],
    ['ClockToleranceOutOfRange', { clockTolerance: Duration.millis(1500) }],
  ])('%s: %j', (code, options) => {
    expect(refusal(Identity.jwt({ ...OPTIONS, ...options }))).toEqual([code]);
  });

  test('an issuer twice', () => {
    expect(refusal(Identity.jwt(OPTIONS), Identity.jwt(OPTIONS))).toEqual(['TokenIssuerTwice']);
  });

  test('more issuers than environment variables hold', () => {
    const issuers = [1, 2, 3, 4, 5, 6].map((n) =>
      Identity.jwt({ ...OPTIONS, issuer: `https://issuer${n}.example` }),
    );
    expect(refusal(...issuers)).toEqual(['TokenIssuersTooMany']);
  });

  test('everything that is wrong, at once', () => {
    expect(refusal(Identity.jwt({ issuer: '', audience: [], accountClaim: '' }))).toEqual([
      'TokenIssuerInvalid',
      'TokenAudienceEmpty',
      'TokenClaimEmpty',
    ]);
  });
});

test.each([
  'https://issuer.example/',
  'https://issuer.example/tenant/v2.0',
  'http://localhost:8080/realms/test',
])('the issuer %s is accepted as it is', (issuer) => {
  expect(identities(newStack(), [Identity.jwt({ ...OPTIONS, issuer })])).toMatchObject({
    tokenIssuers: [{ issuer }],
  });
});

describe('keys of an earlier system', () => {
  test('get a pepper that outlives the stack, and the function may read it and their items', () => {
    const stack = newStack();
    const told = identities(stack, [Identity.keys(), Identity.importedKeys()]) as Record<string, object>;
    const [pepper] = resourcesOf(stack, 'AWS::SecretsManager::Secret');
    expect(told).toMatchObject({ acceptsKeys: true, importedKeys: { pepperSecret: `<${pepper!.id}>` } });
    const template = Template.fromStack(stack);
    template.hasResource('AWS::SecretsManager::Secret', { DeletionPolicy: 'Retain' });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'dynamodb:GetItem',
            Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['IMPORTED#*'] } },
          }),
          Match.objectLike({ Resource: { Ref: pepper!.id } }),
        ]),
      },
    });
  });

  test('alone, with a pepper of the seller', () => {
    const stack = newStack();
    const pepper = secretsmanager.Secret.fromSecretNameV2(stack, 'Pepper', 'pepper');
    expect(identities(stack, [Identity.importedKeys({ pepper })])).toMatchObject({ acceptsKeys: false });
    Template.fromStack(stack).resourceCountIs('AWS::SecretsManager::Secret', 0);
  });

  test('widen nothing where they are not accepted', () => {
    const stack = newStack();
    identities(stack, [Identity.keys()]);
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('IMPORTED#');
    Template.fromStack(stack).resourceCountIs('AWS::SecretsManager::Secret', 0);
  });

  test('have one pepper', () => {
    const twice = [Identity.importedKeys(), Identity.importedKeys()];
    expect(paywallError(() => identities(newStack(), twice)).message).toContain(
      'Identity.importedKeys() once',
    );
  });
});
