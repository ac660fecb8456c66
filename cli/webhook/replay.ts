import type { CliContext } from '../context';
import { findDeployment, type TargetOptions } from '../deployment/target';
import { chooseWebhook } from '../deployment/webhook-function';
import { failed, succeeded, type CommandResult } from '../message';
import { webhookMessages } from '../messages/webhook';
import { FailedEventsQueue, type HeldEvent, type ShownEvent } from './failed-events';

export interface ReplayOptions extends Pick<TargetOptions, 'stack' | 'region' | 'profile'> {
  readonly webhook?: string;
  readonly dryRun?: boolean;
}

/** Hands failed events to the function again, here or on AWS; what it applies is deleted, the rest stays. */
export async function replayEvents(options: ReplayOptions, context: CliContext): Promise<CommandResult> {
  const deployment = await findDeployment(options, context);
  const webhook = await chooseWebhook(deployment, options.webhook);
  const target = deployment.description;
  return await FailedEventsQueue.with(webhook, (queue) =>
    options.dryRun ? list(queue, target) : replay(queue, target, context),
  );
}

async function list(queue: FailedEventsQueue, target: string): Promise<CommandResult> {
  const events: HeldEvent[] = [];
  try {
    for await (const batch of queue.batches()) events.push(...batch);
  } finally {
    for (const event of events) await queue.release(event);
  }
  return succeeded(webhookMessages.failedEventsListed({ target, events: events.map(shown) }));
}

async function replay(
  queue: FailedEventsQueue,
  target: string,
  { output }: CliContext,
): Promise<CommandResult> {
  const applied: ShownEvent[] = [];
  // Released at the end: earlier they would be received again.
  const left: HeldEvent[] = [];
  try {
    for await (const batch of queue.batches()) {
      // All of them are to be released when the function fails.
      left.push(...batch);
      const failures = await queue.apply(batch);
      for (const event of batch) {
        const again = failures.has(event.messageId);
        output.send(webhookMessages.eventReplayed({ ...shown(event), applied: !again }));
        if (again) continue;
        await queue.delete(event);
        left.splice(left.indexOf(event), 1);
        applied.push(shown(event));
      }
    }
  } finally {
    for (const event of left) await queue.release(event);
  }
  const message = webhookMessages.eventsReplayed({ target, applied, failed: left.map(shown) });
  return left.length === 0 ? succeeded(message) : failed(message);
}

/** Neither the body, which holds what the provider knows of a person, nor the handle is for the terminal. */
function shown({ messageId, event, type, provider, receivedAt, error }: HeldEvent): ShownEvent {
  return { messageId, event, type, provider, receivedAt, error };
}
