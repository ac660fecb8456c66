import * as fc from 'fast-check';
import { loadAssembly } from '../../../local/assembly';
import { generateName } from '../../../local/assembly/names';
import { EngineError } from '../../../local/engine-error';
import { temporaryDirectory, writeTemplate } from './template-file';

const directory = temporaryDirectory();

const intrinsic = fc.constantFrom(
  'Ref',
  'Fn::GetAtt',
  'Fn::Sub',
  'Fn::Join',
  'Fn::If',
  'Fn::Select',
  'Fn::FindInMap',
  'Fn::Cidr',
  'Condition',
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('A', 'B', 'A.Arn', '${A}', '${A.Arn}', 'AWS::NoValue', '', 0, true, null),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(intrinsic, tie('tree'), { maxKeys: 1 }),
    fc.dictionary(fc.constantFrom('X', 'Ref'), tie('tree')),
  ),
}));

/** Either a value or a typed error: nothing that a file holds may end otherwise. */
async function loadsOrRefuses(content: unknown, name: string): Promise<void> {
  try {
    await loadAssembly(writeTemplate(directory, content, name));
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError);
  }
}

test('any template resolves or is refused with a typed error', async () => {
  await fc.assert(
    fc.asyncProperty(tree, tree, tree, tree, (a, b, condition, output) =>
      loadsOrRefuses(
        {
          Parameters: { P: condition },
          Conditions: { C: condition },
          Resources: {
            A: { Type: 'AWS::SQS::Queue', Properties: { QueueName: a } },
            B: { Type: 'AWS::CloudFormation::Stack', Condition: 'C', Properties: b },
          },
          Outputs: { O: { Value: output }, Q: output },
        },
        'Any.json',
      ),
    ),
    { numRuns: 300 },
  );
});

test('any text is read or refused with a typed error', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), (text) => loadsOrRefuses(text, 'Any.yaml')),
    { numRuns: 200 },
  );
});

test('generated names fit, and say where they come from as far as there is room', () => {
  const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,80}$/);
  fc.assert(
    fc.property(word, word, fc.constantFrom(64, 80, 255), (stack, logicalId, max) => {
      const name = generateName(stack, logicalId, 'seed', max);
      expect(name.length).toBeLessThanOrEqual(max);
      expect(name).toMatch(/^[A-Za-z0-9]+-[A-Za-z0-9]+-[A-Z0-9]{12}$/);
      expect(name.startsWith(stack.slice(0, 20))).toBe(true);
    }),
  );
});
