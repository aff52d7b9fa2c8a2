import { expect, it } from 'vitest';
import { tally } from '../../../src/model/tally.js';

it('counts values in one order, and rows without one last', () => {
  const rows = ['shop', null, 'Zoo', 'shop', null, '__proto__'];
  expect(Object.entries(tally(rows, (row) => row))).toEqual([
    ['Zoo', 1],
    ['__proto__', 1],
    ['shop', 2],
    ['(none)', 2],
  ]);
  expect(tally([], () => 'a')).toEqual({});
});
