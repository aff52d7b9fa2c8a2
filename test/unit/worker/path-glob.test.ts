import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPathGlob, pathMatches } from '../../../src/worker/path-glob.js';

it.each([
  ['/health', '/health'],
  ['/webhooks/stripe/1', '/webhooks/*'],
  ['/webhooks/', '/webhooks/*'],
  ['/a/b/c.png', '/a/*.png'],
  ['/v1/x/health', '/v*/health'],
  ['/abcabc', '/*abc'],
  ['/anything', '/*'],
  ['/k%C3%A4se/1', '/käse/*'],
])('%s is open by %s', (path, glob) => expect(pathMatches(path, glob)).toBe(true));

it.each([
  ['/health/', '/health'],
  ['/Health', '/health'],
  ['/webhooks', '/webhooks/*'],
  ['/x/webhooks/a', '/webhooks/*'],
  ['/ab', '/ab*b'],
  ['/a', '/a*a'],
  ['/abd', '/a*c*d'],
  ['/health', 'health'],
  ['/health', ''],
  ['//evil.example/a', '//evil.example/*'],
  ['/a', '/\\a'],
  ['/a', '/b/../a'],
  ['/a', '/a?b'],
])('%s is not open by %s', (path, glob) => expect(pathMatches(path, glob)).toBe(false));

it.each([
  '/w/..%2fx',
  '/w/%2E%2E/x',
  '/w/..;/x',
  '/w/%252e',
  '/w//x',
  '/w/\\x',
  '/w/%00',
  '/w/%0a',
  '/w/%c0%af',
  '/w/%',
])('no glob opens %s, which servers read in more than one way', (path) => {
  expect(pathMatches(path, '/*')).toBe(false);
  expect(pathMatches(path, path)).toBe(false);
});

it('tells globs that can match from others', () => {
  expect(['/webhooks/*', '/a', '/*', '/ü/*'].every(isPathGlob)).toBe(true);
  expect(['', 'a', '*', '//a', '/a b', '/a?b', '/a#b', '/a/../b', '/a;b', '/a%2fb'].some(isPathGlob)).toBe(
    false,
  );
});

it('agrees with a regular expression', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  fc.assert(
    fc.property(text, text, (path, glob) => {
      const expected = new RegExp(`^/${glob.replaceAll('*', '.*')}$`).test(`/${path}`);
      expect(pathMatches(`/${path}`, `/${glob}`)).toBe(expected);
    }),
  );
});
