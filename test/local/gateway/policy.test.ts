import { parsePolicy } from '../../../local/gateway/authorizer/policy';

const ARN = 'arn:aws:execute-api:eu-west-1:123456789012:api1/prod/GET/users/7';
const FACTS = { sourceIp: '10.1.2.3', userAgent: 'curl/8', epochMs: Date.UTC(2026, 0, 15) };

const allow = (more: object = {}): object => ({
  Effect: 'Allow',
  Action: 'execute-api:Invoke',
  Resource: '*',
  ...more,
});
const deny = (more: object = {}): object => ({ ...allow(more), Effect: 'Deny' });
const policy = (...statements: unknown[]): object => ({ Version: '2012-10-17', Statement: statements });

test.each<[string, object, string]>([
  ['allow', policy(allow()), 'allow'],
  ['one statement that is not in a list', { Statement: allow() }, 'allow'],
  ['no statement', policy(), 'implicit-deny'],
  ['deny', policy(deny()), 'explicit-deny'],
  ['allow then deny', policy(allow(), deny()), 'explicit-deny'],
  ['deny of another path', policy(allow(), deny({ Resource: '*/GET/admin' })), 'allow'],
  ['a list of actions', policy(allow({ Action: ['s3:*', 'EXECUTE-API:invoke'] })), 'allow'],
  ['a list of resources', policy(allow({ Resource: ['x', ARN] })), 'allow'],
  ['resources are case-sensitive', policy(allow({ Resource: ARN.toUpperCase() })), 'implicit-deny'],
  ['NotAction', policy({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }), 'allow'],
  ['NotResource', policy({ Effect: 'Allow', Action: '*', NotResource: '*/users/*' }), 'implicit-deny'],
  [
    'address in range',
    policy(allow({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })),
    'allow',
  ],
  [
    'address out of range',
    policy(allow({ Condition: { IpAddress: { 'aws:SourceIp': '11.0.0.0/8' } } })),
    'implicit-deny',
  ],
  [
    'address not in range',
    policy(deny({ Condition: { NotIpAddress: { 'aws:SourceIp': ['11.0.0.0/8'] } } })),
    'explicit-deny',
  ],
  [
    'all conditions must hold',
    policy(
      allow({
        Condition: { StringLike: { 'aws:UserAgent': 'curl/*' }, Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ),
    'implicit-deny',
  ],
  [
    'an absent key fails',
    policy(allow({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } })),
    'implicit-deny',
  ],
  [
    'an absent key passes IfExists',
    policy(allow({ Condition: { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } } })),
    'allow',
  ],
  [
    'date before',
    policy(allow({ Condition: { DateLessThan: { 'aws:CurrentTime': '2026-01-16T00:00:00Z' } } })),
    'allow',
  ],
  [
    'date after',
    policy(allow({ Condition: { DateGreaterThan: { 'aws:EpochTime': '1800000000' } } })),
    'implicit-deny',
  ],
  [
    'a key that every object has',
    policy(allow({ Condition: { StringEqualsIgnoreCase: { constructor: 'x' } } })),
    'implicit-deny',
  ],
])('%s: %j is %s', (_name, document, expected) => {
  expect(parsePolicy(document)?.evaluate(ARN, FACTS)).toBe(expected);
});

test.each<[string, unknown]>([
  ['undefined', undefined],
  ['null', null],
  ['text', 'Allow'],
  ['no statement at all', { Version: '2012-10-17' }],
  ['lower-case version', { version: '2012-10-17', Statement: [allow()] }],
  ['unknown version', { Version: '2020-01-01', Statement: [allow()] }],
  ['lower-case statement keys', policy({ effect: 'Allow', action: '*', resource: '*' })],
  ['lower-case effect', policy(allow({ Effect: 'allow' }))],
  ['a principal', policy(allow({ Principal: '*' }))],
  ['no action', policy({ Effect: 'Allow', Resource: '*' })],
  ['an empty list of resources', policy(allow({ Resource: [] }))],
  ['a number as resource', policy(allow({ Resource: 1 }))],
  ['a resource of 513 characters', policy(allow({ Resource: 'x'.repeat(513) }))],
  ['an unknown condition operator', policy(allow({ Condition: { Nearly: { 'aws:SourceIp': '1' } } }))],
  [
    'an operator that every object has',
    policy(allow({ Condition: { constructor: { 'aws:SourceIp': '1' } } })),
  ],
  ['a broken address range', policy(allow({ Condition: { IpAddress: { 'aws:SourceIp': 'home' } } }))],
])('%s is no policy', (_name, document) => {
  expect(parsePolicy(document)).toBeNull();
});
