import { describe, expect, it } from 'vitest';
import { runSimulation, type SimulationOptions } from './simulation.js';
import { MINUTE } from './world.js';

/** Another seed shows other days; the one that failed shows the same again. */
const SEED = Number(process.env.MAINT_TEST_SEED ?? 20_261_123);

const SHORT = { seed: SEED, sites: 30, days: 2, intervalMs: MINUTE, trouble: 10, store: 'light' } as const;

describe(`the monitor over days of trouble, seed ${SEED}`, () => {
  it.each<Pick<SimulationOptions, 'mode'>>([{ mode: 'cron' }, { mode: 'loop' }])(
    'as a $mode: keeps every promise',
    { timeout: 120_000 },
    async ({ mode }) => {
      const { violations, counts } = await runSimulation({ ...SHORT, mode });
      expect(violations).toEqual([]);
      // Something must have happened for that to mean anything.
      expect(counts.lost).toBeGreaterThan(100);
      expect(counts.enabled).toBeGreaterThan(0);
      expect(counts.lifted).toBeGreaterThan(0);
      expect(counts.byPeople).toBeGreaterThan(0);
    },
  );

  it('does the same on SQLite as on the light store', { timeout: 120_000 }, async () => {
    const small: SimulationOptions = { ...SHORT, sites: 20, days: 1, intervalMs: 5 * MINUTE, mode: 'cron' };
    const light = await runSimulation(small);
    const real = await runSimulation({ ...small, store: 'sqlite' });
    expect(real).toEqual(light);
    expect(light.deeds.length).toBeGreaterThan(2);
  });
});
