import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstDue, isDue, nextSlot, phaseOf } from '../../../src/monitoring/schedule.js';

describe('turns', () => {
  it('are spread: no second of a minute gets more than twice its share', () => {
    const perSecond = new Map<number, number>();
    for (let id = 1; id <= 6_000; id += 1) {
      const second = Math.floor(phaseOf(id) * 60);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    expect(perSecond.size).toBe(60);
    expect(Math.max(...perSecond.values())).toBeLessThan(110);
  });

  it('lie a whole number of intervals apart, between half and one and a half after the last', () => {
    const step = fc.record({
      id: fc.integer({ min: 1, max: 100_000 }),
      interval: fc.integer({ min: 1_000, max: 86_400_000 }),
      origin: fc.integer({ min: 0, max: 1_000_000 }),
      passed: fc.integer({ min: 0, max: 1_000_000_000 }),
    });
    fc.assert(
      fc.property(step, ({ id, interval, origin, passed }) => {
        const now = origin + passed;
        const slot = nextSlot(id, interval, origin, now);
        const offset = (slot - origin) / interval - phaseOf(id);
        expect(Math.abs(offset - Math.round(offset))).toBeLessThan(1e-3);
        if (passed > interval) {
          expect(slot - now).toBeGreaterThan(interval * 0.499);
          expect(slot - now).toBeLessThan(interval * 1.501);
        }
      }),
    );
  });

  it('do not drift, however late each check begins', () => {
    let now = 0;
    for (let turn = 0; turn < 1_000; turn += 1) now = nextSlot(7, 60_000, 0, now + 900);
    expect(now % 60_000).toBeCloseTo(phaseOf(7) * 60_000, 3);
    expect(now).toBeLessThan(1_002 * 60_000);
  });

  it('come soon after a start for what is overdue, at their time for what is not', () => {
    expect(firstDue(3, 60_000, 20_000)).toBe(40_000);
    for (const since of [null, 70_000, -5_000]) {
      expect(firstDue(3, 60_000, since)).toBeLessThanOrEqual(5_000);
    }
  });

  it('of cron are not missed for a few seconds', () => {
    expect(isDue(60_000, 55_000)).toBe(true);
    expect(isDue(60_000, 40_000)).toBe(false);
    expect(isDue(60_000, null)).toBe(true);
    expect(isDue(60_000, -1)).toBe(true);
  });
});
