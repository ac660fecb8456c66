import { basename, dirname, join } from 'node:path';
import { EngineError } from '../engine-error';
import { AssetIndex } from './assets';
import { type ConstructPaths, readConstructPaths } from './construct-paths';
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from './environment';
import { exists } from './exists';
import { readDocument } from './read-document';
import { type StackSource } from './stack-source';
import { asTemplate, isObject, type Template } from './template';

interface Artifact {
  readonly type: string;
  /** `aws://<account>/<region>` */
  readonly environment?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly metadata?: unknown;
  readonly additionalMetadataFile?: string;
}

interface Manifest {
  readonly artifacts: Readonly<Record<string, Artifact>>;
  readonly missing?: readonly { readonly key: string }[];
}

/** An environment that the app left open (`unknown-account`, `unknown-region`) becomes the default one. */
function parseEnvironment(environment = ''): { accountId: string; region: string } {
  const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(environment) ?? [];
  return {
    accountId: account && /^\d{12}$/.test(account) ? account : DEFAULT_ACCOUNT,
    region: region && region !== 'unknown-region' ? region : DEFAULT_REGION,
  };
}

function asManifest(document: unknown, file: string): Manifest {
  if (!isObject(document) || !isObject(document.artifacts)) {
    throw new EngineError(
      'NotAnAssembly',
      `${file} is not the manifest of a cloud assembly: it has no "artifacts"`,
    );
  }
  const manifest = document as unknown as Manifest;
  if (manifest.missing?.length) {
    throw new EngineError(
      'AssemblyIncomplete',
      `${file} lacks context (${manifest.missing.map(({ key }) => key).join(', ')}); run \`cdk synth\` with AWS credentials once, so that cdk.context.json remembers it`,
    );
  }
  return manifest;
}

type Placement = Pick<StackSource, 'name' | 'region' | 'accountId' | 'parameters' | 'assets'> & {
  readonly paths: ConstructPaths;
};

/** Names of template files in a bucket are their hash. */
const TEMPLATE_KEY = /[0-9a-f]{32,64}\.json/;

async function nestedSources(
  template: Template,
  dir: string,
  placement: Placement,
): Promise<Map<string, StackSource>> {
  const nested = new Map<string, StackSource>();
  for (const [logicalId, { Type, Properties, Metadata }] of Object.entries(template.Resources)) {
    if (Type !== 'AWS::CloudFormation::Stack') continue;
    const [objectKey] = TEMPLATE_KEY.exec(JSON.stringify(Properties?.TemplateURL ?? '')) ?? [];
    const asset = placement.assets.find({ metadata: Metadata ?? {} }, objectKey);
    if (!asset) continue;
    nested.set(logicalId, await readStack(join(dir, basename(asset.path)), { ...placement, parameters: {} }));
  }
  return nested;
}

async function readStack(templateFile: string, { paths, ...placement }: Placement): Promise<StackSource> {
  const template = asTemplate(await readDocument(templateFile), templateFile);
  const nested = await nestedSources(template, dirname(templateFile), { ...placement, paths });
  return {
    ...placement,
    template,
    templateFile,
    nested,
    paths: paths.get(basename(templateFile)) ?? new Map(),
  };
}

/**
 * The stacks of a cloud assembly, those of its stages included.
 *
 * @throws NotAnAssembly, AssemblyIncomplete, and whatever reading its templates throws
 */
export async function readAssembly(directory: string): Promise<StackSource[]> {
  const file = join(directory, 'manifest.json');
  if (!(await exists(file))) {
    throw new EngineError(
      'NotAnAssembly',
      `${directory} has no manifest.json; run \`cdk synth\` and pass its output directory (cdk.out)`,
    );
  }
  const { artifacts } = asManifest(await readDocument(file), file);
  const ofType = (type: string) => Object.entries(artifacts).filter(([, artifact]) => artifact.type === type);

  const assets = new AssetIndex(directory);
  for (const [, { properties }] of ofType('cdk:asset-manifest')) {
    await assets.add(join(directory, String(properties?.file)));
  }
  const stacks = ofType('aws:cloudformation:stack').map(async ([id, artifact]) => {
    const { environment, properties = {} } = artifact;
    const templateFile = String(properties.templateFile);
    return readStack(join(directory, templateFile), {
      name: String(properties.stackName ?? id),
      parameters: isObject(properties.parameters) ? properties.parameters : {},
      ...parseEnvironment(environment),
      assets,
      paths: await readConstructPaths(directory, templateFile, artifact),
    });
  });
  const stages = ofType('cdk:cloud-assembly').map(([, { properties }]) =>
    readAssembly(join(directory, String(properties?.directoryName))),
  );
  return [...(await Promise.all(stacks)), ...(await Promise.all(stages)).flat()];
}

/** One template file as a stack, named after the file; assets from the manifest beside it, if there is one. */
export async function readTemplate(templateFile: string): Promise<StackSource> {
  const directory = dirname(templateFile);
  const base = basename(templateFile).replace(/(\.template)?\.(json|ya?ml)$/, '');
  const assets = new AssetIndex(directory);
  const assetManifest = join(directory, `${base}.assets.json`);
  if (await exists(assetManifest)) await assets.add(assetManifest);
  return readStack(templateFile, {
    name: base.replace(/[^A-Za-z0-9-]/g, '-').replace(/^[^A-Za-z]+/, '') || 'Stack',
    region: DEFAULT_REGION,
    accountId: DEFAULT_ACCOUNT,
    parameters: {},
    assets,
    paths: new Map(),
  });
}
