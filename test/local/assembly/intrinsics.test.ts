import { loadAssembly } from '../../../local/assembly';
import { temporaryDirectory, writeTemplate } from './template-file';

const directory = temporaryDirectory();

/** Resolves one value as a property of an otherwise unknown resource. */
async function resolveValue(value: unknown, parameters?: Record<string, string>): Promise<unknown> {
  const file = writeTemplate(directory, {
    Parameters: {
      Size: { Type: 'Number', Default: 3 },
      Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
      Ports: { Type: 'List<Number>', Default: '80, 443' },
      Mode: { Type: 'String', Default: 'on', AllowedValues: ['on', 'off'] },
      Password: { Type: 'String', NoEcho: true, MinLength: 3, Default: 'secret' },
    },
    Mappings: { Hosts: { 'us-east-1': { name: 'east' } } },
    Conditions: {
      IsOn: { 'Fn::Equals': [{ Ref: 'Mode' }, 'on'] },
      IsOff: { 'Fn::Not': [{ Condition: 'IsOn' }] },
      Either: { 'Fn::Or': [{ Condition: 'IsOn' }, { Condition: 'IsOff' }] },
      Both: { 'Fn::And': [{ Condition: 'IsOn' }, { 'Fn::Equals': ['a', 'b'] }] },
    },
    Resources: {
      Subject: { Type: 'Custom::Subject', Properties: { Value: value } },
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'news' } },
      Jobs: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
      Off: { Type: 'AWS::SNS::Topic', Condition: 'IsOff' },
      Pool: { Type: 'AWS::Cognito::UserPool', Properties: { Name: 'people' } },
      constructor: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'built' } },
    },
  });
  const [stack] = await loadAssembly(file, { parameters });
  return stack!.resources.get('Subject')!.properties.Value;
}

test.each<[value: unknown, resolved: unknown]>([
  [{ Ref: 'AWS::Region' }, 'us-east-1'],
  [{ Ref: 'AWS::AccountId' }, '000000000000'],
  [{ Ref: 'AWS::Partition' }, 'aws'],
  [{ Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
  [{ Ref: 'AWS::StackName' }, 'Shop'],
  [{ a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
  [['x', { Ref: 'AWS::NoValue' }], ['x']],
  [{ Ref: 'AWS::NoValue' }, undefined],
  [{ Ref: 'Size' }, '3'],
  [{ Ref: 'Zones' }, ['a', 'b']],
  [{ Ref: 'Ports' }, ['80', '443']],
  [{ 'Fn::Join': ['-', ['a', 1, true, { Ref: 'Size' }]] }, 'a-1-true-3'],
  [{ 'Fn::Join': [',', { Ref: 'Zones' }] }, 'a,b'],
  [{ 'Fn::Split': ['|', 'a|b'] }, ['a', 'b']],
  [{ 'Fn::Select': [1, { 'Fn::Split': ['|', 'a|b'] }] }, 'b'],
  [{ 'Fn::Select': ['0', { Ref: 'Zones' }] }, 'a'],
  [{ 'Fn::Sub': '${AWS::Region}/${Size}/${Topic.TopicName}/${!Kept}' }, 'us-east-1/3/news/${Kept}'],
  [{ 'Fn::Sub': 'a${AWS::NoValue}b' }, 'ab'],
  [{ 'Fn::Sub': '${constructor.TopicName}' }, 'built'],
  [{ 'Fn::GetAtt': ['Topic', 'toString'] }, 'not-imitated:Topic.toString'],
  [{ 'Fn::Sub': ['${Own}-${Size}', { Own: { Ref: 'Mode' } }] }, 'on-3'],
  [{ 'Fn::FindInMap': ['Hosts', { Ref: 'AWS::Region' }, 'name'] }, 'east'],
  [{ 'Fn::FindInMap': ['Hosts', 'eu-west-1', 'name', { DefaultValue: 'none' }] }, 'none'],
  [{ 'Fn::If': ['IsOn', 'yes', { Ref: 'Off' }] }, 'yes'],
  [{ 'Fn::If': ['IsOff', 'yes', 'no'] }, 'no'],
  [{ 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
  [{ 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
  [{ a: { 'Fn::If': ['IsOff', 1, { Ref: 'AWS::NoValue' }] } }, {}],
  [{ 'Fn::Base64': 'hello' }, 'aGVsbG8='],
  [{ 'Fn::Length': { Ref: 'Zones' } }, 2],
  [{ 'Fn::ToJsonString': { a: { Ref: 'Mode' } } }, '{"a":"on"}'],
  [{ 'Fn::GetAZs': '' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
  [{ 'Fn::Cidr': ['10.0.0.0/16', 2, 8] }, ['10.0.0.0/24', '10.0.1.0/24']],
  [{ 'Fn::Cidr': ['2001:db8::/56', 2, 64] }, ['2001:db8::/64', '2001:db8:0:1::/64']],
  [
    { 'Fn::Cidr': ['2001:db8:0:a::/64', '3', '16'] },
    ['2001:db8:0:a::/112', '2001:db8:0:a::1:0/112', '2001:db8:0:a::2:0/112'],
  ],
  [{ 'Fn::GetAtt': ['Topic', 'TopicName'] }, 'news'],
  [{ 'Fn::GetAtt': 'Topic.TopicName' }, 'news'],
  [{ 'Fn::Select': [3, { 'Fn::GetAtt': ['Topic', 'Unknown'] }] }, 'not-imitated:Topic.Unknown'],
  [{ 'Fn::Join': ['/', { 'Fn::GetAtt': ['Topic', 'Unknown'] }] }, 'not-imitated:Topic.Unknown'],
  [
    { 'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::GetAtt': 'Topic.Unknown' }] }] },
    'not-imitated:Topic.Unknown',
  ],
  [
    { 'Fn::Select': [1, { 'Fn::Cidr': [{ 'Fn::GetAtt': 'Topic.Block' }, 2, 8] }] },
    'not-imitated:Topic.Block',
  ],
  [{ 'Fn::GetAtt': 'Pool.Arn' }, 'arn:aws:cognito:us-east-1:000000000000:userpool/people'],
  [{ 'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::GetAtt': 'Pool.Arn' }] }] }, 'people'],
  [{ 'Fn::GetAtt': 'Jobs.QueueName' }, expect.stringMatching(/^Shop-Jobs-[A-Z0-9]{12}\.fifo$/)],
  [{ Ref: 'Topic' }, 'arn:aws:sns:us-east-1:000000000000:news'],
  [{ Condition: { StringEquals: { a: 'b' } } }, { Condition: { StringEquals: { a: 'b' } } }],
])('resolves %j', async (value, resolved) => {
  expect(await resolveValue(value)).toEqual(resolved);
});

test.each<[value: unknown, code: string, message: RegExp]>([
  [{ Ref: 'Nowhere' }, 'UnresolvedReference', /Nowhere.*\[Shop\/Subject\]/],
  [{ Ref: 'toString' }, 'UnresolvedReference', /toString is neither a parameter nor a resource/],
  [{ 'Fn::If': ['valueOf', 1, 2] }, 'UnresolvedReference', /condition valueOf does not exist/],
  [{ 'Fn::FindInMap': ['Hosts', 'us-east-1', 'toString'] }, 'UnresolvedReference', /no value for us-east-1/],
  [{ 'Fn::Sub': '${Nowhere.Arn}' }, 'UnresolvedReference', /Nowhere/],
  [{ Ref: 'Off' }, 'UnresolvedReference', /Off is not created, since its condition IsOff is false/],
  [{ 'Fn::If': ['Nowhere', 1, 2] }, 'UnresolvedReference', /condition Nowhere/],
  [{ 'Fn::FindInMap': ['Hosts', 'eu-west-1', 'name'] }, 'UnresolvedReference', /Hosts.*eu-west-1/],
  [{ 'Fn::ImportValue': 'nobody' }, 'UnresolvedReference', /exports nobody/],
  [{ 'Fn::Select': [5, ['a']] }, 'InvalidIntrinsic', /item 5 of 1/],
  [{ 'Fn::Join': [',', [{ a: 1 }]] }, 'InvalidIntrinsic', /Fn::Join needs text/],
  [{ 'Fn::Cidr': ['10.0.0.0', 1, 8] }, 'InvalidIntrinsic', /block of addresses, got 10.0.0.0/],
  [{ 'Fn::Cidr': ['::ffff:10.0.0.0/100', 1, 8] }, 'InvalidIntrinsic', /block of addresses/],
  [
    { 'Fn::Cidr': ['10.0.0.0/24', 3, 7] },
    'InvalidIntrinsic',
    /3 blocks of \/25 do not fit into 10.0.0.0\/24/,
  ],
  [{ 'Fn::Cidr': ['10.0.0.0/8', 257, 8] }, 'InvalidIntrinsic', /1 to 256 blocks, not 257/],
  [{ 'Fn::Transform': { Name: 'X' } }, 'UnsupportedIntrinsic', /Fn::Transform/],
  [{ A: 1, 'Fn::Transform': { Name: 'X' } }, 'UnsupportedIntrinsic', /Fn::Transform is not imitated/],
  [{ A: 1, 'Fn::Sub': 'x' }, 'InvalidIntrinsic', /Fn::Sub does not stand alone, but with A/],
  [{ Ref: 'Subject' }, 'CyclicReference', /Subject/],
])('refuses %j with %s', async (value, code, message) => {
  await expect(resolveValue(value)).rejects.toMatchObject({
    name: 'EngineError',
    code,
    message: expect.stringMatching(message),
  });
});

test.each<[parameters: Record<string, string>, code: string]>([
  [{ Mode: 'sideways' }, 'ParameterInvalid'],
  [{ Size: 'large' }, 'ParameterInvalid'],
  [{ Ports: '80, http' }, 'ParameterInvalid'],
  [{ Colour: 'red' }, 'ParameterUnknown'],
  [{ 'Other:Mode': 'on' }, 'ParameterUnknown'],
])('refuses the parameters %j with %s', async (parameters, code) => {
  await expect(resolveValue('x', parameters)).rejects.toMatchObject({ code });
});

test('does not show a parameter that is not to be shown', async () => {
  const message =
    'parameter Password of stack Shop must be of at least this many characters: 3, got a value that is not to be shown';
  await expect(resolveValue('x', { Password: 'no' })).rejects.toMatchObject({ message });
});

test.each<Record<string, string>>([{ Mode: 'off' }, { 'Shop:Mode': 'off' }])(
  'takes the parameters %j',
  async (parameters) => {
    expect(await resolveValue({ Ref: 'Mode' }, parameters)).toBe('off');
  },
);

test('stack ids are the same at every start', async () => {
  const [first, second] = [
    await resolveValue({ Ref: 'AWS::StackId' }),
    await resolveValue({ Ref: 'AWS::StackId' }),
  ];
  expect(first).toBe(second);
  expect(first).toMatch(/^arn:aws:cloudformation:us-east-1:000000000000:stack\/Shop\/[0-9a-f-]{36}$/);
});
