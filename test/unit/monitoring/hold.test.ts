import { describe, expect, it } from 'vitest';
import { type BrakeSite, fleetBrake } from '../../../src/monitoring/hold.js';

function sites(count: number, turning: number, failing = 0): BrakeSite[] {
  return Array.from({ length: count }, (_, at) => ({
    domain: `s${at}.example`,
    turnsDown: at < turning,
    isFailing: at >= turning && at < turning + failing,
  }));
}

describe('the fleet brake', () => {
  it.each([
    [3, 3, true],
    [3, 2, false],
    [2, 2, false],
    [6, 3, false],
    [5, 3, true],
    [100, 50, false],
    [100, 51, true],
  ])('of %i sites checked, %i turn down: held is %s', (count, turning, held) => {
    expect(fleetBrake(sites(count, turning), [], 50) !== null).toBe(held);
  });

  it('lets everything through at 100 percent, and says the numbers where it holds', () => {
    expect(fleetBrake(sites(4, 4), [], 100)).toBeNull();
    expect(fleetBrake(sites(4, 4), [], 99)).toContain('4 of 4 sites');
  });

  it('sees a storm coming in the small passes of a loop', () => {
    expect(fleetBrake(sites(8, 1), sites(492, 0, 480), 50)).not.toBeNull();
    expect(fleetBrake(sites(8, 1), sites(492, 0, 5), 50)).toBeNull();
  });

  it('takes a few failures in one small pass for what they are where the rest is well', () => {
    expect(fleetBrake(sites(5, 3), sites(295, 0), 50)).toBeNull();
    expect(fleetBrake(sites(5, 3), sites(3, 2), 50)).not.toBeNull();
  });

  it('does not take sites that only begin to fail for turned down where all were checked', () => {
    expect(fleetBrake(sites(4, 1, 2), [], 50)).toBeNull();
  });
});
