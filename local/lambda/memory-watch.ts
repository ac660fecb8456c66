/** Often enough to find a leak out before it hurts others; looking costs some microseconds. */
const CHECK_MS = 250;
const MEGABYTE = 1024 * 1024;

/**
 * Looks every now and then at the buffers that the thread holds: node limits its heap by itself, but not what is outside.
 * A loop that never lets go of the thread cannot be seen from in it; the time-out of the function ends that.
 *
 * @param limitMb in megabytes
 * @param onExceeded called once, with the megabytes that are held
 */
export function watchMemory(limitMb: number, onExceeded: (usedMb: number) => void): void {
  const timer = setInterval(() => {
    const usedMb = Math.ceil(process.memoryUsage().external / MEGABYTE);
    if (usedMb <= limitMb) return;
    clearInterval(timer);
    onExceeded(usedMb);
  }, CHECK_MS);
  timer.unref();
}
