/** One answer of the API, reduced to what a case is about. */
export interface Answer {
  readonly status: number;
  /** Member `reason` of a problem body. */
  readonly reason?: string;
}

/** Calls the API as any client would. @throws TypeError when nothing answers */
export function call(url: string, key: string | undefined): Promise<Answer> {
  return callWith(url, { headers: key === undefined ? {} : { authorization: `Bearer ${key}` } });
}

/** @throws TypeError when nothing answers */
export async function callWith(url: string, request: RequestInit): Promise<Answer> {
  const response = await fetch(url, request);
  const text = await response.text();
  return { status: response.status, reason: reasonOf(text) };
}

function reasonOf(body: string): string | undefined {
  try {
    const { reason } = JSON.parse(body) as { reason?: unknown };
    return typeof reason === 'string' ? reason : undefined;
  } catch {
    // Not JSON: no problem body.
    return undefined;
  }
}
