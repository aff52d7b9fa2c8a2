import { expect, test } from 'vitest';
import { didYouMean, nearest } from '../../../src/sites/nearest.js';

const KNOWN = ['production', 'staging', 'development', 'testing'];

test.each([
  ['prodution', 'production'],
  ['Stagin', 'staging'],
  ['develpment', 'development'],
  ['prod', null],
  ['', null],
])('%s → %s', (word, expected) => {
  expect(nearest(word, KNOWN)).toBe(expected);
});

test('a suggestion is a sentence, or nothing', () => {
  expect(didYouMean('stagng', KNOWN)).toBe(" Did you mean 'staging'?");
  expect(didYouMean('zzz', KNOWN)).toBe('');
  expect(didYouMean('x', [])).toBe('');
});
