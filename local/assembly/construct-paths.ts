import { join } from 'node:path';
import { exists } from './exists';
import { readDocument } from './read-document';
import { isObject } from './template';

interface MetadataEntry {
  readonly type: string;
  readonly data?: unknown;
}

type Metadata = Readonly<Record<string, readonly MetadataEntry[]>>;

/** Construct paths by logical id, for each template file: nested stacks share the metadata of their parent. */
export type ConstructPaths = ReadonlyMap<string, ReadonlyMap<string, string>>;

function dataOf(entries: readonly MetadataEntry[], type: string): string | undefined {
  const data = entries.find((entry) => entry.type === type)?.data;
  return typeof data === 'string' ? data : undefined;
}

/** The file of the innermost stack above a path. */
function templateOf(path: string, templates: ReadonlyMap<string, string>): string | undefined {
  for (let above = path; above !== ''; above = above.slice(0, above.lastIndexOf('/'))) {
    const file = templates.get(above);
    if (file !== undefined) return file;
  }
  return undefined;
}

/**
 * Reads which construct made which resource from the metadata of a stack artifact, which lies in the manifest
 * itself or, since cloud assembly schema 49, in a file beside it.
 */
export async function readConstructPaths(
  directory: string,
  templateFile: string,
  artifact: { readonly metadata?: unknown; readonly additionalMetadataFile?: string },
): Promise<ConstructPaths> {
  const { additionalMetadataFile: file } = artifact;
  const more =
    file !== undefined && (await exists(join(directory, file)))
      ? await readDocument(join(directory, file))
      : {};
  const entries = [artifact.metadata, more].flatMap((part) =>
    isObject(part) ? Object.entries(part as Metadata) : [],
  );

  const templates = new Map<string, string>();
  for (const [path, items] of entries) {
    const nested = dataOf(items, 'aws:cdk:templateFile');
    if (nested !== undefined) templates.set(path, nested);
  }
  const paths = new Map<string, Map<string, string>>();
  for (const [path, items] of entries) {
    const logicalId = dataOf(items, 'aws:cdk:logicalId');
    if (logicalId === undefined) continue;
    const template = templateOf(path, templates) ?? templateFile;
    const known = paths.get(template) ?? new Map<string, string>();
    paths.set(template, known.set(logicalId, path.replace(/^\//, '')));
  }
  return paths;
}
