import { Token } from 'aws-cdk-lib';
import type { BrokenRule } from './broken-rule';
import { PaywallError } from './paywall-error';

/** Collects the broken rules of one props object, so that a user learns of all of them in one run. */
export class Rules {
  private readonly broken: BrokenRule[] = [];

  /** Adds a broken rule unless `holds`. Returns `holds`, so that dependent rules can be skipped. */
  public check(holds: boolean, code: string, message: string): boolean {
    if (!holds) this.broken.push({ code, message });
    return holds;
  }

  /**
   * For values that end up in the catalogue file: the file is written at synth, when tokens have no value yet.
   *
   * @returns whether the value is known
   */
  public known(prop: string, value: unknown): boolean {
    // A list that is a token holds one text, which is only known for one as the member of a list.
    return this.check(
      !Token.isUnresolved(value) && !Token.isUnresolved([value]),
      'CatalogueValueUnresolved',
      `${prop} must be known at synth, got a token; the catalogue is a file that is written before anything is deployed`,
    );
  }

  /** @throws PaywallError when a rule is broken */
  public enforce(constructPath: string): void {
    if (this.broken.length > 0) throw new PaywallError(constructPath, this.broken);
  }
}

/** A value as it appears in a message. */
export function got(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
