import { TurnEnd } from '../../../local/gateway/http/turn-end';

/** What was put off, one call after the other. */
const turns: (() => void)[] = [];

beforeEach(() => {
  turns.length = 0;
  const putOff = (task: () => void) => turns.push(task);
  jest.spyOn(globalThis, 'setImmediate').mockImplementation(putOff as never);
});
afterEach(() => jest.restoreAllMocks());

const endTurns = () => {
  for (let end = turns.shift(); end; end = turns.shift()) end();
};

test('does everything once, in order, at the end of one turn', () => {
  const turnEnd = new TurnEnd();
  const done: number[] = [];
  for (const task of [1, 2, 3]) turnEnd.add(() => done.push(task));
  turnEnd.add(() => turnEnd.add(() => done.push(4)));
  expect([done, turns.length]).toEqual([[], 1]);
  endTurns();
  turnEnd.add(() => done.push(5));
  endTurns();
  expect(done).toEqual([1, 2, 3, 4, 5]);
});

test('a task that throws does not keep the others from their turn', () => {
  const turnEnd = new TurnEnd();
  const done: number[] = [];
  turnEnd.add(() => {
    throw new Error('broken');
  });
  turnEnd.add(() => done.push(1));
  expect(endTurns).toThrow('broken');
  endTurns();
  turnEnd.add(() => done.push(2));
  endTurns();
  expect(done).toEqual([1, 2]);
});
