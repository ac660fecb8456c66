import fc from 'fast-check';
import { AnswerSlots } from '../../../local/lambda/answer-slots';
import { MAX_HELD } from '../../../local/lambda/claims';

type Step = { readonly leaves: string } | 'looks';

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ leaves: fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 6_000 })) }),
  fc.constant('looks' as const),
);

test('every answer is found under its ticket, and whoever left one knows that it is looked for', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const slots = new AnswerSlots();
      const thread = new AnswerSlots(slots.shared);
      const waiting = new Map<number, string>();
      let ticket = 0;
      let isTold = false;
      const look = () => {
        slots.wake();
        isTold = false;
        for (const [of, answer] of waiting) expect(slots.take(of)).toBe(answer);
        waiting.clear();
        expect(slots.take(ticket + 1)).toBeUndefined();
      };
      for (const next of steps) {
        if (next === 'looks' || waiting.size === MAX_HELD) look();
        if (next === 'looks') continue;
        const mustTell = thread.put(++ticket, next.leaves);
        if (next.leaves.length >= 6_000 || next.leaves === '') expect(mustTell).toBeUndefined();
        else waiting.set(ticket, next.leaves);
        if (mustTell !== undefined) expect(mustTell).toBe(!isTold);
        isTold ||= mustTell === true;
        // Nothing lies there that nobody was told of.
        expect(waiting.size === 0 || isTold).toBe(true);
      }
      look();
    }),
  );
});
