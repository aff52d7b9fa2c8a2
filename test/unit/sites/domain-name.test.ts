import { expect, test } from 'vitest';
import { isGlob, normalDomain } from '../../../src/sites/domain-name.js';

test.each([
  ['Shop.Example', 'shop.example'],
  ['shop.example.', 'shop.example'],
  [' shop.example ', 'shop.example'],
  ['Bücher.example', 'xn--bcher-kva.example'],
  ['*.Bücher.example', '*.xn--bcher-kva.example'],
  ['shop-*.example', 'shop-*.example'],
  ['https://Shop.example/cart?x=1', 'shop.example'],
  ['http://shop.example:8080', 'shop.example'],
  ['no domain', 'no domain'],
  ["'; drop table sites; --", "'; drop table sites; --"],
])('%s is written %s', (text, domain) => {
  expect(normalDomain(text)).toBe(domain);
});

test('a glob has a wildcard', () => {
  expect(['*', 'a?c', 'a.example', '[a].example'].map(isGlob)).toEqual([true, true, false, false]);
});
