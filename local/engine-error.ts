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

/** Says what to do about an address that cannot be had. */
export function asAddressError(error: unknown, host: string): unknown {
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE') {
    const message = `port ${port} is taken; stop what listens there, choose another port, or 0 for any free one`;
    return new EngineError('PortTaken', message, { cause: error });
  }
  if (code === 'EACCES') {
    return new EngineError('PortForbidden', `port ${port} needs privileges; use one from 1024 up`, {
      cause: error,
    });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new EngineError('HostUnavailable', `${host} is not an address of this machine`, { cause: error });
  }
  return error;
}
