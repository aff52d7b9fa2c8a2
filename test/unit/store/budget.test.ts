import fc from 'fast-check';
import { expect, test } from 'vitest';
import { open, raw, temporaryFolder } from './store-fixture.js';

const WINDOW = 300_000;
const T0 = 1_700_000_000_000;

test('gives out the limit, then tells how long there is none', async () => {
  const { budget } = await open();
  for (let n = 0; n < 3; n++) expect(budget.take('token', T0 + n * 10_000, 3)).toBe(0);
  expect(budget.used('token', T0 + 30_000)).toBe(3);
  const wait = budget.take('token', T0 + 30_000, 3);
  // The first request leaves the window after five minutes; its second counts whole.
  expect(wait).toBe(WINDOW + 1_000 - 30_000);
  expect(budget.take('token', T0 + 30_000 + wait - 1, 3)).toBeGreaterThan(0);
  expect(budget.take('token', T0 + 30_000 + wait, 3)).toBe(0);
});

test('a lower limit waits for as many requests as it is over', async () => {
  const { budget } = await open();
  for (const second of [0, 10, 20]) budget.take('token', T0 + second * 1_000, 9);
  expect(budget.take('token', T0 + 20_000, 1)).toBe(WINDOW + 1_000);
  expect(budget.take('token', T0 + 20_000, 0)).toBeGreaterThan(0);
});

test('buckets do not touch each other', async () => {
  const { budget } = await open();
  expect(budget.take('one', T0, 1)).toBe(0);
  expect(budget.take('two', T0, 1)).toBe(0);
  budget.block('one', T0 + 5_000);
  expect(budget.take('two', T0 + 1, 9)).toBe(0);
});

test('nothing is given during a block, and a shorter block does not end a longer one', async () => {
  const { budget } = await open();
  budget.block('token', T0 + 60_000);
  budget.block('token', T0 + 10_000);
  expect(budget.take('token', T0 + 10_000, 100)).toBe(50_000);
  expect(budget.used('token', T0 + 10_000)).toBe(0);
  expect(budget.take('token', T0 + 60_000, 100)).toBe(0);
});

test('processes share it', async () => {
  const path = `${temporaryFolder()}/maint.db`;
  const stores = [await open({ path }), await open({ path })];
  const given = Array.from({ length: 20 }, (_, n) => stores[n % 2]?.budget.take('token', T0 + n, 10));
  expect(given.filter((wait) => wait === 0)).toHaveLength(10);
});

test('what left the window is thrown away', async () => {
  const path = `${temporaryFolder()}/maint.db`;
  const { budget } = await open({ path });
  for (let second = 0; second < 1_000; second++) budget.take('token', T0 + second * 1_000, 9_999);
  expect(raw(path).prepare('select count(*) from budget').pluck().get()).toBeLessThanOrEqual(301);
});

test('a clock that was set back by a day blocks for no longer than the window, and not for nothing', async () => {
  const day = 86_400_000;
  const { budget } = await open();
  for (let n = 0; n < 5; n++) budget.take('token', T0 + day + n * 1_000, 5);
  budget.block('token', T0 + day + 4_000 + 60_000);
  expect(budget.take('token', T0, 100)).toBe(60_000);
  const wait = budget.take('token', T0 + 60_000, 5);
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(WINDOW + 1_000);
  expect(budget.take('token', T0 + 60_000 + wait, 5)).toBe(0);
});

test('property: never more than the limit in any five minutes, whatever the order of small delays', async () => {
  const store = await open();
  let run = 0;
  const steps = fc.array(fc.integer({ min: -2_000, max: 90_000 }), { minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 12 }), (deltas, limit) => {
      const bucket = `bucket-${run++}`;
      const sent: number[] = [];
      let now = T0;
      for (const delta of deltas) {
        // A process may come to its turn late, but a clock that goes back further was set back.
        now = Math.max(now + delta, Math.max(T0, ...sent) - 4_000);
        const wait = store.budget.take(bucket, now, limit);
        if (wait === 0) sent.push(now);
        expect(wait).toBeLessThanOrEqual(WINDOW + 6_000);
      }
      for (const end of sent) {
        const inWindow = sent.filter((time) => time > end - WINDOW && time <= end);
        expect(inWindow.length).toBeLessThanOrEqual(limit);
      }
    }),
    { numRuns: 300 },
  );
});

test('property: whoever waits as told gets through, and never waits longer than the window', async () => {
  const store = await open();
  let run = 0;
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 8 }),
      (gaps, limit) => {
        const bucket = `waiting-${run++}`;
        let now = T0;
        for (const gap of gaps) {
          now += gap;
          const wait = store.budget.take(bucket, now, limit);
          expect(wait).toBeLessThanOrEqual(WINDOW + 1_000);
          now += wait;
          if (wait > 0) expect(store.budget.take(bucket, now, limit)).toBe(0);
        }
      },
    ),
    { numRuns: 100 },
  );
});
