import type { ClockState } from '../../local';
import type { CliContext } from '../context';
import { DISCOVERY_FILE, findEngine, type RunningEngine } from '../deployment/discovery';
import { CliError, errors } from '../errors';
import { parseClockMove } from '../input';
import { succeeded, type CommandResult } from '../message';
import { servingMessages } from '../messages/serving';

/** The engine answers at once; this is for a process that is stopped. */
const TIMEOUT_MS = 10_000;

/** Tells where the clock of the running engine stands, having moved it when a move is given. */
export async function engineClock(move: string | undefined, context: CliContext): Promise<CommandResult> {
  const request = move === undefined ? undefined : parseClockMove(move);
  return succeeded(servingMessages.engineClock(await askClock(findEngine(context.cwd), request)));
}

/**
 * Asks an engine for its clock, having it moved first when a move is given.
 *
 * @param move by a duration or to an instant, both in milliseconds
 * @throws CliError `DiscoveryUnreadable`, `EngineSilent` or what the engine has against the move
 */
export async function askClock(
  { admin }: RunningEngine,
  move?: { readonly by: number } | { readonly to: number },
): Promise<ClockState> {
  const body = move && JSON.stringify(move);
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
  return told;
}
