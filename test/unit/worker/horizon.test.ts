import { expect, it } from 'vitest';
import { horizon } from '../../../src/worker/page/horizon.js';
import { progress } from '../../../src/worker/page/times.js';
import { pageSettings } from '../../support/page-settings.js';

const at = (until: string | null, now: string) =>
  progress(pageSettings({ since: '2026-03-01T10:00:00Z', until }), new Date(now));

it('measures how much is over', () => {
  expect(at(null, '2026-03-01T11:00:00Z')).toBeNull();
  expect(at('2026-03-01T12:00:00Z', '2026-03-01T10:30:00Z')).toBe(0.25);
  expect(at('2026-03-01T12:00:00Z', '2026-03-01T09:00:00Z')).toBe(0);
  expect(at('2026-03-01T12:00:00Z', '2026-03-01T12:00:00Z')).toBe(1);
  expect(at('2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z')).toBe(1);
});

it('puts the light on the curve, in view at both ends', () => {
  const light = (passed: number | null) =>
    /class="light" d="M([\d.]+) ([\d.]+)h/.exec(horizon(passed))?.slice(1).map(Number);
  expect(light(0.5)).toEqual([500, 135]);
  expect(light(null)).toEqual([500, 135]);
  expect(light(0)?.[0]).toBe(30);
  expect(light(1)?.[0]).toBe(970);
});

it('breathes only where the end is not known', () => {
  expect(horizon(null)).toContain('class="open"');
  expect(horizon(0.3)).not.toContain('class="open"');
});
