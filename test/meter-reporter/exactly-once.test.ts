import fc from 'fast-check';
import { reportOverage, SAFE_TO_REPEAT_MS, type Outcome } from '../../lambda/meter-reporter/report';
import { interpose, Killed, KillSwitch } from '../billing/support/interpose';
import { NOW } from '../helpers/now';
import { FakeMeter, MemoryMeterTable, type Mood } from './support/memory-meter';

const HOUR = 3_600_000;

const ticks = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i += 1) await Promise.resolve();
};

class World {
  readonly table = new MemoryMeterTable();
  readonly meter = new FakeMeter();
  now = NOW;

  /** One run; a number and a moment kill it there. */
  async run(kill?: {
    readonly step: number;
    readonly moment: 'before' | 'after';
  }): Promise<Outcome | undefined> {
    const seen = { account: 'acme', total: this.table.total };
    const at = kill && new KillSwitch(kill.step, kill.moment);
    const table = at ? interpose(this.table, at.around) : this.table;
    const meter = at ? interpose(this.meter, at.around) : this.meter;
    try {
      return await reportOverage(seen, { table, meter, clock: () => this.now });
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      return undefined;
    }
  }
}

const MOODS: readonly Mood[] = ['taken', 'refused', 'request-lost', 'answer-lost'];
const kills = fc.option(
  fc.record({
    step: fc.integer({ min: 1, max: 6 }),
    moment: fc.constantFrom('before' as const, 'after' as const),
  }),
  { nil: undefined },
);
const steps = fc.oneof(
  fc.record({ kind: fc.constant('use' as const), units: fc.integer({ min: 1, max: 50 }) }),
  fc.record({
    kind: fc.constant('run' as const),
    kill: kills,
    moods: fc.array(fc.constantFrom(...MOODS), { maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant('two-runs' as const),
    // At which of the first one's awaits the second one starts.
    delay: fc.nat({ max: 25 }),
    lags: fc.array(fc.nat({ max: 25 }), { maxLength: 2 }),
    kill: kills,
    moods: fc.array(fc.constantFrom(...MOODS), { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('customer' as const),
    customer: fc.constantFrom(undefined, 'cus_acme', 'cus_other'),
  }),
);

test('whatever dies or is lost, each unit is reported once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 25 }), async (script) => {
      const world = new World();
      const { table, meter } = world;
      for (const step of script) {
        if (step.kind === 'use') table.total += step.units;
        else if (step.kind === 'customer') table.customer = step.customer;
        else {
          meter.moods = [...step.moods];
          meter.lags = step.kind === 'two-runs' ? [...step.lags] : [];
          const one = world.run(step.kill);
          if (step.kind === 'two-runs') await ticks(step.delay);
          await (step.kind === 'two-runs' ? Promise.all([one, world.run()]) : one);
          meter.moods = [];
        }
        expect(meter.units).toBeLessThanOrEqual(table.total);
        // Whatever Stripe has is known, or will be asked about again under its identifier.
        expect(meter.units).toBeGreaterThanOrEqual(table.state.reported);
        world.now += 60_000;
      }
      table.customer = 'cus_acme';
      // The first run may only finish what another has begun.
      await world.run();
      await world.run();
      expect(meter.units).toBe(table.total);
      expect(table.state).toEqual({ reported: table.total });
    }),
    { numRuns: 2_000 },
  );
});

test('a kill at every await, before and after it: the next runs finish it', async () => {
  for (const moment of ['before', 'after'] as const) {
    for (let step = 1; step <= 6; step += 1) {
      const world = new World();
      world.table.total = 7;
      await world.run({ step, moment });
      world.now += HOUR;
      await world.run();
      await world.run();
      expect({ step, moment, units: world.meter.units }).toEqual({ step, moment, units: 7 });
    }
  }
});

test('without a customer nothing is written down, and the units wait', async () => {
  const world = new World();
  world.table.total = 5;
  world.table.customer = undefined;
  expect(await world.run()).toEqual({ kind: 'no-customer' });
  expect(world.table.state).toEqual({ reported: 0 });
  world.table.customer = 'cus_late';
  world.now += 60 * 24 * HOUR;
  expect(await world.run()).toEqual({ kind: 'reported', units: 5 });
  // Stripe takes no report of more than 35 days ago: its time is that at which it was written down.
  expect([...world.meter.seen.values()]).toMatchObject([{ customer: 'cus_late', at: world.now }]);
});

test('a report that was refused is made anew, with the customer of then', async () => {
  const world = new World();
  world.table.total = 5;
  world.meter.moods = ['refused'];
  expect(await world.run()).toMatchObject({ kind: 'refused' });
  world.table.total = 8;
  world.table.customer = 'cus_other';
  expect(await world.run()).toEqual({ kind: 'reported', units: 8 });
  expect(world.meter.units).toBe(8);
});

test('a refusal of a repetition withdraws nothing: the first may have been taken', async () => {
  const world = new World();
  world.table.total = 5;
  world.meter.moods = ['answer-lost', 'refused'];
  await world.run();
  expect(await world.run()).toMatchObject({ kind: 'refused' });
  expect(world.table.state.pending).toBeDefined();
  expect(await world.run()).toEqual({ kind: 'reported', units: 5 });
  expect(world.meter.units).toBe(5);
});

test('a report is not repeated when Stripe may have forgotten its identifier', async () => {
  const world = new World();
  world.table.total = 5;
  world.meter.moods = ['answer-lost'];
  await world.run();
  world.now += SAFE_TO_REPEAT_MS - 1;
  world.meter.moods = ['request-lost'];
  expect(await world.run()).toMatchObject({ kind: 'unknown' });
  world.now += 1;
  world.table.total = 9;
  expect(await world.run()).toMatchObject({ kind: 'stuck', report: { from: 0, to: 5 } });
  expect(world.meter.units).toBe(5);
});
