import { expect, it } from 'vitest';
import { counted, nameSome } from '../../../src/model/counted.js';

it('counts one and many, a thousand with its comma', () => {
  expect([counted(1, 'site'), counted(0, 'site'), counted(1_234, 'site')]).toEqual([
    '1 site',
    '0 sites',
    '1,234 sites',
  ]);
  expect(counted(2, 'zone that is', 'zones that are')).toBe('2 zones that are');
});

it('names some and counts the rest', () => {
  expect([nameSome(['a']), nameSome(['a', 'b', 'c']), nameSome(['a', 'b', 'c', 'd', 'e'])]).toEqual([
    'a',
    'a, b, c',
    'a, b, c and 2 more',
  ]);
});
