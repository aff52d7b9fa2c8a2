import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dodgeReason, dodges, patternKey, samePattern, touches } from '../../../src/maintenance/coverage.js';
import { matches } from '../../../src/model/route-pattern.js';
import { coveringPatterns } from '../../../src/model/site.js';
import { matchRoute } from '../../../src/sandbox/edge/match.js';
import { route, site } from '../../support/builders.js';
import { routePatterns, urls } from '../../support/route-arbitraries.js';

const APEX = coveringPatterns(site('example.com'));
const ALL = coveringPatterns(site('example.com', { subdomains: true }));
const SUBDOMAIN = coveringPatterns(site('a.example.com', { zoneName: 'example.com', subdomains: true }));
const coverings = fc.constantFrom(APEX, ALL, SUBDOMAIN);

describe('dodges', () => {
  it.each([
    // On a host that is named, every route of that host, whatever its path and scheme.
    ['example.com/*', APEX, true],
    ['example.com/api/*', APEX, true],
    ['example.com', APEX, true],
    ['example.com*', APEX, true],
    ['https://example.com/*', APEX, true],
    ['WWW.example.com/x', APEX, true],
    // Other hosts and wildcard hosts lose against a named one.
    ['api.example.com/*', APEX, false],
    ['*.example.com/api/*', APEX, false],
    ['*example.com/*', APEX, false],
    ['*/*', APEX, false],
    ['myexample.com/*', APEX, false],
    // With sub-domains, whatever is as specific as `*.example.com` or more.
    ['api.example.com/*', ALL, true],
    ['b.api.example.com/x', ALL, true],
    ['*.example.com/*', ALL, true],
    ['*.example.com/api/*', ALL, true],
    ['*.eu.example.com/*', ALL, true],
    ['*shop.example.com/*', ALL, true],
    ['*example.com/api/*', ALL, false],
    ['*/*', ALL, false],
    ['example.org/*', ALL, false],
    ['example.com/*', [], false],
  ])('%s against %j: %s', (pattern, covering, expected) => {
    expect(dodges(pattern, covering)).toBe(expected);
  });

  it('misses none: what does not dodge never wins a covered URL', () => {
    fc.assert(
      fc.property(routePatterns, coverings, urls, (pattern, covering, url) => {
        fc.pre(!dodges(pattern, covering) && covering.some((ours) => matches(ours, url)));
        const [theirs, ...ours] = [pattern, ...covering].map((each, index) => ({
          ...route(each, index === 0 ? 'theirs' : 'ours'),
          request_limit_fail_open: false,
        }));
        const routes = theirs === undefined ? ours : [theirs, ...ours];
        expect(matchRoute(url, routes)?.script).toBe('ours');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('touches', () => {
  it.each([
    ['*example.com/*', APEX, true],
    ['*/*', APEX, true],
    ['*.example.com/*', APEX, true],
    ['api.example.com/*', APEX, false],
    ['*.eu.example.com/*', APEX, false],
    ['*example.com/*', ALL, true],
    ['*.eu.example.com/*', ALL, true],
    ['eu.example.com/x', ALL, true],
    ['example.org/*', ALL, false],
    ['*.example.org/*', ALL, false],
  ])('%s and %j: %s', (pattern, covering, expected) => {
    expect(touches(pattern, covering)).toBe(expected);
  });

  it('misses none: what does not touch matches no covered URL', () => {
    fc.assert(
      fc.property(routePatterns, coverings, urls, (pattern, covering, url) => {
        fc.pre(!touches(pattern, covering) && covering.some((ours) => matches(ours, url)));
        expect(matches(pattern, url)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('holds for all that dodges', () => {
    fc.assert(
      fc.property(routePatterns, coverings, (pattern, covering) => {
        fc.pre(dodges(pattern, covering));
        expect(touches(pattern, covering)).toBe(true);
      }),
    );
  });
});

describe('samePattern', () => {
  it.each([
    ['example.com/*', 'example.com/*', true],
    ['Example.COM/*', 'example.com/*', true],
    ['HTTPS://example.com/*', 'https://EXAMPLE.com/*', true],
    ['*.Example.com/A', '*.example.com/A', true],
    ['example.com/API/*', 'example.com/api/*', false],
    ['https://example.com/*', 'example.com/*', false],
    ['*.example.com/*', '*example.com/*', false],
    ['example.com/a', 'example.com/a*', false],
    ['example.com*', 'example.com/*', false],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(samePattern(a, b)).toBe(expected);
    expect(patternKey(a) === patternKey(b)).toBe(expected);
  });
});

describe('dodgeReason', () => {
  it('tells a route that runs a Worker from one that exempts from all', () => {
    expect(dodgeReason(route('example.com/api/*', 'api'))).toBe('example.com/api/* still runs api');
    expect(dodgeReason(route('example.com/health', null))).toContain('exempts its URLs from every Worker');
  });
});
