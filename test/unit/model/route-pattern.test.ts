import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSpecificity, matches, mostSpecific, parsePattern } from '../../../src/model/route-pattern.js';
import { matchRoute } from '../../../src/sandbox/edge/match.js';
import { route } from '../../support/builders.js';
import { routePatterns, urls } from '../../support/route-arbitraries.js';

describe('parsePattern', () => {
  it.each([
    [
      'example.com/*',
      { scheme: null, wildcardHost: false, host: 'example.com', path: '/', wildcardPath: true },
    ],
    [
      '*.Example.com/A',
      { scheme: null, wildcardHost: true, host: '.example.com', path: '/A', wildcardPath: false },
    ],
    ['HTTPS://*/*', { scheme: 'https', wildcardHost: true, host: '', path: '/', wildcardPath: true }],
    [
      'example.com',
      { scheme: null, wildcardHost: false, host: 'example.com', path: '/', wildcardPath: false },
    ],
    [
      'example.com*',
      { scheme: null, wildcardHost: false, host: 'example.com', path: '', wildcardPath: true },
    ],
    ['*', { scheme: null, wildcardHost: true, host: '', path: '/', wildcardPath: false }],
    ['', { scheme: null, wildcardHost: false, host: '', path: '/', wildcardPath: false }],
  ])('splits %j', (pattern, parts) => {
    expect(parsePattern(pattern)).toEqual(parts);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parsePattern(text).host === 'string'));
  });
});

describe('matches', () => {
  it.each([
    // The start of a hostname.
    ['example.com/*', 'https://example.com/', true],
    ['example.com/*', 'https://www.example.com/', false],
    ['*.example.com/*', 'https://a.b.example.com/', true],
    ['*.example.com/*', 'https://example.com/', false],
    ['*example.com/*', 'https://example.com/', true],
    ['*example.com/*', 'https://myexample.com/', true],
    ['*/*', 'https://anything.example/', true],
    // The end of a path; the query string is part of it, the fragment is not.
    ['example.com', 'https://example.com/', true],
    ['example.com', 'https://example.com/a', false],
    ['example.com', 'https://example.com/?a=1', false],
    ['example.com*', 'https://example.com/a?b', true],
    ['example.com/x', 'https://example.com/x', true],
    ['example.com/x', 'https://example.com/x/', false],
    ['example.com/x', 'https://example.com/x?y=1', false],
    ['example.com/x*', 'https://example.com/x?y=1', true],
    ['example.com/x', 'https://example.com/x#top', true],
    ['example.com/images/*', 'https://example.com/images', false],
    // A wildcard within is a letter like any other.
    ['example.com/a*b', 'https://example.com/aXb', false],
    ['example.com/a*b', 'https://example.com/a*b', true],
    // Case: of a host it does not matter, of a path it does.
    ['Example.COM/*', 'https://EXAMPLE.com/a', true],
    ['example.com/API/*', 'https://example.com/api/v1', false],
    // Scheme.
    ['https://example.com/*', 'https://example.com/', true],
    ['https://example.com/*', 'http://example.com/', false],
    ['http://example.com/*', 'http://example.com:8080/', true],
    ['example.com/*', 'http://example.com/', true],
  ])('%s and %s: %s', (pattern, url, expected) => {
    expect(matches(pattern, url)).toBe(expected);
  });
});

describe('mostSpecific', () => {
  it.each([
    ['the longer path', 'https://example.com/api/v1', ['example.com/*', 'example.com/api/*'], 1],
    ['an exact path', 'https://example.com/x', ['example.com/x*', 'example.com/x'], 1],
    ['a named host', 'https://a.example.com/', ['*.example.com/*', 'a.example.com/*'], 1],
    [
      'a named host, whatever the paths',
      'https://a.example.com/a',
      ['*.example.com/a', 'a.example.com/*'],
      1,
    ],
    ['the longest host', 'https://b.a.example.com/', ['*.example.com/*', '*.a.example.com/*'], 1],
    ['a host with its dot', 'https://a.example.com/', ['*example.com/*', '*.example.com/*'], 1],
    ['anything before everything', 'https://a.example.com/', ['*/*', '*example.com/*'], 1],
    [
      '/images* before /images/*',
      'https://example.com/images/a',
      ['example.com/images/*', 'example.com/images*'],
      1,
    ],
    [
      '/images/* before /image*',
      'https://example.com/images/a',
      ['example.com/image*', 'example.com/images/*'],
      1,
    ],
    ['a path before a scheme', 'https://example.com/api/', ['https://example.com/*', 'example.com/api/*'], 1],
  ])('prefers %s', (_what, url, patterns, winner) => {
    const routes = patterns.map((pattern) => route(pattern));
    expect(mostSpecific(routes, url)?.pattern).toBe(patterns[winner]);
    expect(mostSpecific(routes.reverse(), url)?.pattern).toBe(patterns[winner]);
  });

  it('finds none where none matches', () => {
    expect(mostSpecific([route('example.com/*')], 'https://other.example/')).toBeNull();
  });

  it('agrees with a matcher that was written apart from it', () => {
    fc.assert(
      fc.property(fc.uniqueArray(routePatterns, { maxLength: 8 }), urls, (patterns, url) => {
        const routes = patterns.map((pattern) => ({ ...route(pattern), request_limit_fail_open: false }));
        expect(mostSpecific(routes, url)?.pattern ?? null).toBe(matchRoute(url, routes)?.pattern ?? null);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('compareSpecificity', () => {
  it('is an order: antisymmetric and transitive', () => {
    fc.assert(
      fc.property(routePatterns, routePatterns, routePatterns, (a, b, c) => {
        expect(Math.sign(compareSpecificity(a, b))).toBe(0 - Math.sign(compareSpecificity(b, a)));
        if (compareSpecificity(a, b) <= 0 && compareSpecificity(b, c) <= 0) {
          expect(compareSpecificity(a, c)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
