import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { anySignal } from '../../../src/model/any-signal.js';

test('fires with the first of them, and with its reason', () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const any = anySignal(first.signal, undefined, second.signal);
  expect(any.aborted).toBe(false);
  second.abort('second');
  first.abort('first');
  expect([any.aborted, any.reason]).toEqual([true, 'second']);
});

test('has fired already where one of them has', () => {
  expect(anySignal(new AbortController().signal, AbortSignal.abort('gone')).reason).toBe('gone');
});

test('never fires where there are none', () => {
  expect(anySignal(undefined).aborted).toBe(false);
});

test('a time limit that nobody else holds still fires', async () => {
  const any = anySignal(new AbortController().signal, AbortSignal.timeout(20));
  // Garbage for the collector to run over.
  for (let round = 0; round < 50; round += 1) Array.from({ length: 10_000 }, () => ({ round }));
  const fired = new Promise((resolve) => any.addEventListener('abort', resolve));
  const alive = setTimeout(() => {}, 5_000);
  await fired;
  clearTimeout(alive);
  expect((any.reason as Error).name).toBe('TimeoutError');
});

test('leaves no listener on a signal that outlives it', () => {
  const [long, short] = [new AbortController(), new AbortController()];
  for (let round = 0; round < 3; round += 1) anySignal(long.signal, short.signal);
  expect(getEventListeners(long.signal, 'abort')).toHaveLength(3);
  short.abort();
  expect(getEventListeners(long.signal, 'abort')).toHaveLength(0);
});
