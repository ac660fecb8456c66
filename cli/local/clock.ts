import type { ClockState } from '../../local';
import type { CliContext } from '../context';
import { DISCOVERY_FILE, findEngine } from '../deployment/discovery';
import { CliError, errors } from '../errors';
import { parseClockMove } from '../input';
import { succeeded, type CommandResult } from '../message';
import { servingMessages } from '../messages/serving';

/** The engine answers at once; this is for a process that is stopped. */
const TIMEOUT_MS = 10_000;

/** Tells where the clock of the running engine stands, having moved it when a move is given. */
export async function engineClock(move: string | undefined, context: CliContext): Promise<CommandResult> {
  const body = move === undefined ? undefined : JSON.stringify(parseClockMove(move));
  const { admin } = findEngine(context.cwd);
  if (!admin) throw errors.discoveryUnreadable(DISCOVERY_FILE, undefined);
  const answer = await fetch(`${admin.url}/clock`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${admin.token}` },
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw errors.engineSilent(admin.url, error);
  });
  const told = (await answer.json()) as ClockState & { readonly code: string; readonly message: string };
  if (!answer.ok) throw new CliError(told.code, 1, told.message);
  return succeeded(servingMessages.engineClock(told));
}
