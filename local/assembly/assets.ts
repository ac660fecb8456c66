import { dirname, isAbsolute, join } from 'node:path';
import { type ResolvedResource } from '../contract';
import { readDocument } from './read-document';

/** A file or directory that the deployment would upload. */
export interface AssetSource {
  readonly path: string;
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, FileAsset>>;
}

interface FileAsset {
  readonly source?: { readonly path?: string };
  readonly destinations?: Readonly<Record<string, { readonly objectKey?: string }>>;
}

/** Where, on this machine, the things lie that a template expects in a bucket. */
export class AssetIndex {
  private readonly byObjectKey = new Map<string, string>();

  constructor(private readonly directory: string) {}

  /** Adds the files of an asset manifest (`*.assets.json`). */
  async add(manifestFile: string): Promise<void> {
    const manifest = (await readDocument(manifestFile)) as AssetManifest | null;
    for (const asset of Object.values(manifest?.files ?? {})) {
      const path = asset.source?.path;
      if (path === undefined) continue;
      const whole = isAbsolute(path) ? path : join(dirname(manifestFile), path);
      for (const { objectKey } of Object.values(asset.destinations ?? {})) {
        if (objectKey !== undefined) this.byObjectKey.set(objectKey, whole);
      }
    }
  }

  /**
   * The asset behind an S3 key; without a manifest entry, the path that the CDK noted in the resource's metadata.
   *
   * @see https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/cx-api/README.md
   */
  find(resource: Pick<ResolvedResource, 'metadata'>, objectKey: unknown): AssetSource | undefined {
    const known = typeof objectKey === 'string' ? this.byObjectKey.get(objectKey) : undefined;
    if (known !== undefined) return { path: known };
    const noted = resource.metadata['aws:asset:path'];
    if (typeof noted !== 'string') return undefined;
    return { path: isAbsolute(noted) ? noted : join(this.directory, noted) };
  }
}
