import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lazy, type CfnResource } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import type { CatalogueBuilder } from '../catalogue/catalogue-builder';

/** Context key by which the CDK CLI asks for assets to be used where they are. */
const DISABLE_STAGING = 'aws:cdk:disable-asset-staging';

/**
 * A function's bundle with `catalogue.json` beside it. The asset is made at synthesis, as routes may be added until
 * then; its hash is that of its content, so that an unchanged catalogue deploys nothing.
 */
export class CatalogueCode extends lambda.Code {
  private scope?: Construct;
  private resource?: CfnResource;
  private asset?: Asset;

  constructor(
    private readonly bundle: string,
    private readonly catalogue: CatalogueBuilder,
  ) {
    super();
  }

  public override bind(scope: Construct): lambda.CodeConfig {
    this.scope = scope;
    return {
      s3Location: {
        bucketName: Lazy.string({ produce: () => this.stage().s3BucketName }),
        objectKey: Lazy.string({ produce: () => this.stage().s3ObjectKey }),
      },
    };
  }

  public override bindToResource(resource: CfnResource): void {
    this.resource = resource;
  }

  /** Writes the catalogue and makes the asset; once. */
  public stage(): Asset {
    this.asset ??= this.createAsset(this.scope!);
    return this.asset;
  }

  private createAsset(scope: Construct): Asset {
    const folder = mkdtempSync(join(tmpdir(), 'cdk-api-paywall-'));
    cpSync(this.bundle, folder, { recursive: true });
    writeFileSync(join(folder, 'catalogue.json'), `${JSON.stringify(this.catalogue.seal(), undefined, 2)}\n`);
    const asset = new Asset(scope, 'Code', { path: folder });
    asset.addResourceMetadata(this.resource!, 'Code');
    // The asset has been copied into the cloud assembly, unless staging is off.
    if (scope.node.tryGetContext(DISABLE_STAGING) === undefined) rmSync(folder, { recursive: true });
    return asset;
  }
}
