import { describeCreation } from '../../cli/aws/cost';

test('counts resources by type, most first', () => {
  const Resources = {
    A: { Type: 'AWS::B' },
    B: { Type: 'AWS::A' },
    C: { Type: 'AWS::C' },
    D: { Type: 'AWS::C' },
  };
  expect(describeCreation({ Resources }).resources).toEqual([
    ['AWS::C', 2],
    ['AWS::A', 1],
    ['AWS::B', 1],
  ]);
});

test('adds up what costs money when nobody calls', () => {
  const Resources = {
    Alarm1: { Type: 'AWS::CloudWatch::Alarm' },
    Alarm2: { Type: 'AWS::CloudWatch::Alarm' },
    Secret: { Type: 'AWS::SecretsManager::Secret' },
    Table: { Type: 'AWS::DynamoDB::Table' },
  };
  expect(describeCreation({ Resources }).cost.idle).toBeCloseTo(0.6);
  expect(describeCreation({}).cost.idle).toBe(0);
});
