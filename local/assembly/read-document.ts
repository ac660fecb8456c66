import { readFile } from 'node:fs/promises';
import { EngineError, messageOf } from '../engine-error';

/** Short forms whose long form does not start with `Fn::`. */
const BARE_TAGS = ['Ref', 'Condition'];

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
const FUNCTION_TAGS = [
  'And,Base64,Cidr,Equals,FindInMap,GetAZs,GetAtt,GetStackOutput,If,ImportValue,Join,Length,Not,Or,Select,Split,Sub',
  'ToJsonString,Transform',
].flatMap((names) => names.split(','));

/** What editors of Windows begin a file with. */
const BYTE_ORDER_MARK = /^\uFEFF/;

/** Reads YAML with CloudFormation's short forms (`!Ref`, `!GetAtt A.B`...) expanded to the long ones. */
async function parseYaml(text: string): Promise<unknown> {
  const yaml = await import('yaml');
  const longForm = (tag: string) => (BARE_TAGS.includes(tag) ? tag : `Fn::${tag}`);
  const customTags = [...BARE_TAGS, ...FUNCTION_TAGS].flatMap((tag) => {
    // A node, not its value: there may be anchors and aliases in it.
    const resolve = (argument: unknown) => {
      const long = new yaml.YAMLMap();
      long.add(new yaml.Pair(new yaml.Scalar(longForm(tag)), argument));
      return long;
    };
    return [
      { tag: `!${tag}`, resolve: (value: string) => ({ [longForm(tag)]: value }) },
      { tag: `!${tag}`, collection: 'seq' as const, resolve },
      { tag: `!${tag}`, collection: 'map' as const, resolve },
    ];
  });
  const document = yaml.parseDocument(text, { customTags, logLevel: 'error' });
  const unknownTag = document.warnings.find(({ code }) => code === 'TAG_RESOLVE_FAILED');
  const problem = document.errors[0] ?? unknownTag;
  if (problem) throw problem;
  return document.toJS({ maxAliasCount: 1000 });
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
    text = (await readFile(file, 'utf8')).replace(BYTE_ORDER_MARK, '');
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
