/**
 * Everything the engine refuses to do, with a stable code for programs and a message for people that says what was
 * wrong and how to fix it.
 */
export class EngineError extends Error {
  /**
   * @param code stable, PascalCase, for example `PortTaken`
   * @param message lower case, no final stop: what was got, what is allowed, the fix
   */
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'EngineError';
  }
}

/** The text of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
