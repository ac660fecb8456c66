/** Default and largest integration timeout of edge-optimized APIs, in milliseconds (AG §5 Limits). */
export const DEFAULT_INTEGRATION_TIMEOUT_MS = 29_000;

export const TIMED_OUT = Symbol('timed out');

/** Settles with `TIMED_OUT` after `ms`; what the promise does later is ignored. */
export function within<T>(promise: Promise<T>, ms: number): Promise<T | typeof TIMED_OUT> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(TIMED_OUT), ms);
    promise.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error as Error);
      },
    );
  });
}
