import { readFile } from 'node:fs/promises';
import { EngineError, messageOf } from '../engine-error';

/** Short forms whose long form does not start with `Fn::`. */
const BARE_TAGS = ['Ref', 'Condition'];

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
const FUNCTION_TAGS = [
  'And,Base64,Cidr,Equals,FindInMap,GetAZs,GetAtt,GetStackOutput,If,ImportValue,Join,Length,Not,Or,Select,Split,Sub',
  'ToJsonString,Transform',
].flatMap((names) => names.split(','));

/** Reads YAML with CloudFormation's short forms (`!Ref`, `!GetAtt A.B`...) expanded to the long ones. */
async function parseYaml(text: string): Promise<unknown> {
  const yaml = await import('yaml');
  const longForm = (tag: string) => (BARE_TAGS.includes(tag) ? tag : `Fn::${tag}`);
  const customTags = [...BARE_TAGS, ...FUNCTION_TAGS].flatMap((tag) => [
    { tag: `!${tag}`, resolve: (value: string) => ({ [longForm(tag)]: value }) },
    {
      tag: `!${tag}`,
      collection: 'seq' as const,
      resolve: (value: { toJSON(): unknown }) => ({ [longForm(tag)]: value.toJSON() }),
    },
    {
      tag: `!${tag}`,
      collection: 'map' as const,
      resolve: (value: { toJSON(): unknown }) => ({ [longForm(tag)]: value.toJSON() }),
    },
  ]);
  return yaml.parse(text, { customTags, maxAliasCount: 1000, logLevel: 'error' });
}

/**
 * Reads a JSON or YAML file.
 *
 * @throws FileNotFound when it does not exist or cannot be read
 * @throws NotJsonOrYaml when it is neither
 */
export async function readDocument(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new EngineError('FileNotFound', `cannot read ${file}: ${messageOf(cause)}`, { cause });
  }
  const looksLikeJson = /^\s*[{[]/.test(text);
  try {
    return looksLikeJson ? JSON.parse(text) : await parseYaml(text);
  } catch (cause) {
    throw new EngineError('NotJsonOrYaml', `${file} is neither JSON nor YAML: ${messageOf(cause)}`, {
      cause,
    });
  }
}
