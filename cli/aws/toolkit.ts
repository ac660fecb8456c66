import type * as ToolkitLib from '@aws-cdk/toolkit-lib';
import { errors } from '../errors';
import type { AwsTarget } from './session';

/** A line of what the CDK toolkit is doing. */
export type ProgressSink = (line: string) => void;

export interface DeployedStack {
  readonly stackName: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Messages of the toolkit that a person wants to follow: stack events, assets, and what goes wrong. */
const SHOWN_LEVELS = new Set(['error', 'warn', 'result', 'info']);

/** Deploys and removes the stacks of a cloud assembly. The CDK toolkit is loaded when it is needed, if it is there. */
export class StackDeployer {
  private constructor(
    private readonly sdk: typeof ToolkitLib,
    private readonly toolkit: ToolkitLib.Toolkit,
  ) {}

  /** @throws CliError `ToolkitMissing` */
  static async open(target: AwsTarget, progress: ProgressSink): Promise<StackDeployer> {
    const sdk = await loadToolkit();
    const ioHost: ToolkitLib.IIoHost = {
      notify: async ({ level, message }) => {
        if (SHOWN_LEVELS.has(level) && message.trim() !== '') progress(message.trimEnd());
      },
      // The user has said yes to the whole already; the toolkit's own questions get their default.
      requestResponse: async ({ defaultResponse }) => defaultResponse,
    };
    const baseCredentials = sdk.BaseCredentials.awsCliCompatible({
      profile: target.profile,
      defaultRegion: target.region,
    });
    const toolkit = new sdk.Toolkit({ ioHost, emojis: false, color: false, sdkConfig: { baseCredentials } });
    return new StackDeployer(sdk, toolkit);
  }

  /** @throws CliError `DeployFailed` */
  async deploy(assemblyDir: string, stackName: string): Promise<DeployedStack> {
    try {
      const source = await this.toolkit.fromAssemblyDirectory(assemblyDir);
      const { stacks } = await this.toolkit.deploy(source, { stacks: this.allStacks() });
      const deployed = stacks.find((stack) => stack.stackName === stackName);
      if (!deployed) throw new Error('CloudFormation reported no such stack');
      return { stackName, outputs: deployed.outputs };
    } catch (error) {
      throw errors.deployFailed(stackName, causeOf(error), error);
    }
  }

  /** @throws CliError `DestroyFailed` */
  async destroy(assemblyDir: string, stackName: string): Promise<void> {
    try {
      const source = await this.toolkit.fromAssemblyDirectory(assemblyDir);
      await this.toolkit.destroy(source, { stacks: this.allStacks() });
    } catch (error) {
      throw errors.destroyFailed(stackName, causeOf(error), error);
    }
  }

  private allStacks(): ToolkitLib.StackSelector {
    return { strategy: this.sdk.StackSelectionStrategy.ALL_STACKS };
  }
}

async function loadToolkit(): Promise<typeof ToolkitLib> {
  try {
    return await import('@aws-cdk/toolkit-lib');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') throw errors.toolkitMissing(error);
    throw error;
  }
}

/** The toolkit's text without its own "❌ X failed: ". */
function causeOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/^\W*\S+ failed: /u, '').trim();
}
