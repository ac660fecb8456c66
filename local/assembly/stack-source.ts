import { type AssetIndex } from './assets';
import { type Template } from './template';

/** A stack as it lies on disk, before anything is resolved. */
export interface StackSource {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly template: Template;
  readonly templateFile: string;
  /** Values that the assembly itself gives to parameters. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly assets: AssetIndex;
  /** Construct paths by logical id, as far as the assembly records them. */
  readonly paths: ReadonlyMap<string, string>;
  /** Templates of the stacks nested in this one, by logical id. Their names come from the parent. */
  readonly nested: ReadonlyMap<string, StackSource>;
}
