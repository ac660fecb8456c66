import { constants } from 'node:os';

/**
 * Turns signals to the own process into an exit of this thread. On AWS they end the environment; here the process is
 * that of the engine and of all functions.
 */
export function installOwnProcess(): void {
  const kill = process.kill.bind(process);
  process.kill = (pid, signal = 'SIGTERM') => {
    // Zero and less name groups of processes, the own one among them.
    if (pid !== process.pid && pid > 0) return kill(pid, signal);
    const number = typeof signal === 'number' ? signal : constants.signals[signal as NodeJS.Signals];
    // Signal 0 only asks whether the process is there; of others it is the kernel's business to say that they are none.
    if (number === undefined || number === 0) return kill(process.pid, signal);
    process.exit(128 + number);
  };
}
