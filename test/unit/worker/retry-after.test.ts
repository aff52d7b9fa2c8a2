import { expect, it } from 'vitest';
import { retryAfter } from '../../../src/worker/edge/retry-after.js';

const now = Date.parse('2026-03-01T11:00:00Z');

it.each([
  ['2026-03-01T12:00:00Z', 0, 3600],
  ['2026-03-01T12:00:00Z', 1, 3660],
  ['2026-03-01T11:01:40Z', 1, 110],
  ['2026-03-01T11:00:00.001Z', 0, 1],
  ['2026-03-08T11:00:00Z', 1, 604_860],
])('till %s, with %d of the jitter: %d seconds', (until, random, seconds) => {
  expect(retryAfter(until, now, random)).toBe(seconds);
});

it.each([null, '2026-03-01T11:00:00Z', '2020-01-01T00:00:00Z', 'nonsense'])(
  'with %s for an end: between 5 and 15 minutes',
  (until) => {
    expect(retryAfter(until, now, 0)).toBe(300);
    expect(retryAfter(until, now, 1)).toBe(900);
  },
);
