import type { SQSEvent } from 'aws-lambda';
import { createFlusher } from '../../lambda/cache-flusher/handler';
import { composeMessage } from '../../lambda/provisioner/account-queue';

function start(fails = false) {
  const steps: string[] = [];
  const later: [string, number][] = [];
  const handler = createFlusher({
    flush: async () => {
      steps.push('flush');
      if (fails) throw new Error('TooManyRequestsException');
    },
    sendLater: async (message, delaySeconds) => {
      steps.push('later');
      later.push([message, delaySeconds]);
    },
    log: () => undefined,
  });
  const call = (...bodies: string[]) =>
    handler({ Records: bodies.map((body) => ({ body })) } as unknown as SQSEvent);
  return { call, steps, later };
}

const CHANGES = Array.from({ length: 500 }, (_, index) => composeMessage(`account${index}`));

test('many changes are one flush, and one more for the answers that were under way', async () => {
  const { call, steps, later } = start();
  await call(...CHANGES);
  expect(steps).toEqual(['later', 'flush']);
  const [[message, delaySeconds]] = later as [[string, number]];
  // Longer than the authorizer may run.
  expect(delaySeconds).toBeGreaterThan(5);
  await call(message);
  expect(steps).toEqual(['later', 'flush', 'flush']);
});

test('a second flush does not hide a change that comes with it', async () => {
  const { call, later } = start();
  await call(...CHANGES);
  await call(later[0]![0], CHANGES[0]!);
  expect(later).toHaveLength(2);
});

test('a flush that fails brings the batch back', async () => {
  await expect(start(true).call(...CHANGES)).rejects.toThrow('TooManyRequestsException');
});
