import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../src/maintenance/claims.js';
import { assignScripts, planScripts, ZONES_PER_SCRIPT } from '../../../src/maintenance/script-plan.js';
import type { ScriptPlan } from '../../../src/model/plan.js';
import type { Route } from '../../../src/model/route.js';
import { mostSpecific } from '../../../src/model/route-pattern.js';
import type { Site } from '../../../src/model/site.js';
import { coveringPatterns } from '../../../src/model/site.js';
import { matchRoute } from '../../../src/sandbox/edge/match.js';
import {
  change,
  EVENT,
  OTHER_SCRIPT,
  observation,
  route,
  SCRIPT,
  site,
  sitePlan,
  zoneView,
} from '../../support/builders.js';

describe('assignScripts', () => {
  const fleet = (count: number, accountId: string) =>
    Array.from({ length: count }, (_, index) => site(`s${index}.${accountId}.example`, { accountId }));

  it('gives all sites of all accounts one name where no account has too many zones', () => {
    const sites = [...fleet(ZONES_PER_SCRIPT, 'one'), ...fleet(2, 'two')];
    expect(new Set(assignScripts(sites, EVENT).values())).toEqual(new Set([SCRIPT]));
  });

  it('splits an account at the limit of zones a script, and no other account', () => {
    const sites = [...fleet(2 * ZONES_PER_SCRIPT + 1, 'one'), ...fleet(1, 'two')];
    const scripts = [...assignScripts(sites, EVENT).values()];
    const count = (name: string) => scripts.filter((script) => script === name).length;
    expect([count(SCRIPT), count(`${SCRIPT}-2`), count(`${SCRIPT}-3`)]).toEqual([1_001, 1_000, 1]);
    expect(scripts.at(-1)).toBe(SCRIPT);
  });

  it('counts zones, not sites, and keeps the sites of a zone together', () => {
    const shop = site('shop.s0.one.example', { accountId: 'one', zoneName: 's0.one.example' });
    const sites = [...fleet(ZONES_PER_SCRIPT, 'one'), shop];
    expect(assignScripts(sites, EVENT).get('shop.s0.one.example')).toBe(SCRIPT);
  });
});

interface Scene {
  readonly routes: readonly Route[];
  readonly of?: Partial<Site>;
  readonly scripts?: readonly string[] | null;
  readonly claims?: readonly Claim[];
}

/** The one script of a plan for `example.com`, whose zone has these routes. */
function planned({ routes, of = {}, scripts = null, claims = [] }: Scene): ScriptPlan | undefined {
  const patterns = coveringPatterns(site('example.com', of));
  const plan = sitePlan('example.com', { patterns, changes: [change('example.com')] });
  return planScripts([plan], observation([zoneView('example.com', routes)], scripts), claims)[0];
}

const upstream = (scene: Scene) => planned(scene)?.upstream.map(({ pattern, script }) => [pattern, script]);

describe('planScripts', () => {
  it('needs no upload where nothing changes', () => {
    expect(planScripts([sitePlan('example.com')], observation([zoneView('example.com', [])]), [])).toEqual(
      [],
    );
  });

  it('uploads once for each account and script, in order, with the sites it serves', () => {
    const plans = [
      sitePlan('d.example', { accountId: 'two', changes: [change('d.example')] }),
      sitePlan('a.example', {
        changes: [change('a.example'), change('a.example', { pattern: 'www.a.example/*' })],
      }),
      sitePlan('b.example', { changes: [change('b.example', { script: OTHER_SCRIPT })] }),
      sitePlan('c.example', { changes: [change('c.example')] }),
      sitePlan('e.example'),
    ];
    const scripts = planScripts(plans, observation([]), []);
    expect(scripts.map(({ accountId, script, domains }) => [accountId, script, domains])).toEqual([
      ['account-1', OTHER_SCRIPT, ['b.example']],
      ['account-1', SCRIPT, ['a.example', 'c.example']],
      ['two', SCRIPT, ['d.example']],
    ]);
  });

  it('knows every route that served the site, more specific or less, and no other', () => {
    const routes = [
      route('example.com/api/*', 'api'),
      route('example.com/health', null),
      route('*.example.com/*', 'shop'),
      route('blog.example.com/*', 'blog'),
    ];
    expect(upstream({ routes })).toEqual([
      ['*.example.com/*', 'shop'],
      ['example.com/api/*', 'api'],
      ['example.com/health', null],
    ]);
  });

  it('sends to the origin what ran a Worker that is gone', () => {
    const routes = [route('example.com/api/*', 'api'), route('example.com/old/*', 'gone')];
    expect(upstream({ routes, scripts: ['api', 'shop'] })).toEqual([
      ['example.com/api/*', 'api'],
      ['example.com/old/*', null],
    ]);
    expect(upstream({ routes, scripts: null })).toContainEqual(['example.com/old/*', 'gone']);
  });

  describe('where a page is up already', () => {
    const claimOf = (before: Route | null, zoneId = 'zone-example.com'): Claim => ({
      domain: 'example.com',
      accountId: 'account-1',
      zoneId,
      pattern: 'example.com/*',
      routeId: null,
      before,
      after: route('example.com/*', OTHER_SCRIPT),
      script: OTHER_SCRIPT,
      certain: true,
    });
    const routes = [route('example.com/*', OTHER_SCRIPT)];

    it.each([
      ['what it displaced', [claimOf(route('example.com/*', 'shop'))], [['example.com/*', 'shop']]],
      ['nothing where it displaced nothing', [claimOf(null)], []],
      ['nothing where the claim is of another zone', [claimOf(route('example.com/*', 'shop'), 'zone-2')], []],
      ['nothing where no claim is known', [], []],
    ])('finds %s', (_what, claims, found) => {
      expect(upstream({ routes, claims })).toEqual(found);
    });
  });

  it('forgets a route of a site whose zone was not read', () => {
    const plan = sitePlan('example.com', { changes: [change('example.com')] });
    expect(planScripts([plan], observation([]), [])[0]?.upstream).toEqual([]);
  });

  it('names a route once that serves two sites of a zone', () => {
    const patterns = ['shop.example.com/*'];
    const plans = [
      sitePlan('example.com', { changes: [change('example.com')] }),
      sitePlan('shop.example.com', {
        zoneId: 'zone-example.com',
        zoneName: 'example.com',
        patterns,
        changes: [change('example.com')],
      }),
    ];
    const zone = zoneView('example.com', [
      route('*.example.com/*', 'shop'),
      route('shop.example.com/*', 'api'),
    ]);
    expect(planScripts(plans, observation([zone]), [])[0]?.upstream).toEqual([
      { pattern: '*.example.com/*', script: 'shop' },
      { pattern: 'shop.example.com/*', script: 'api' },
    ]);
  });
});

describe('routes for every hostname of a zone', () => {
  it.each(['*/*', '*example.com/*'])('do not reach into another zone of the script: %s', (pattern) => {
    const zones = [zoneView('example.com', [route(pattern, 'shop')]), zoneView('myexample.com', [])];
    const plans = zones.map(({ zoneName }) => sitePlan(zoneName, { changes: [change(zoneName)] }));
    const routes = planScripts(plans, observation(zones), [])[0]?.upstream ?? [];
    expect(mostSpecific(routes, 'https://myexample.com/')).toBeNull();
    expect(mostSpecific(routes, 'https://www.myexample.com/')).toBeNull();
    expect(mostSpecific(routes, 'https://example.com/')?.script).toBe('shop');
    expect(mostSpecific(routes, 'https://www.example.com/')?.script).toBe('shop');
  });

  it('keep their scheme', () => {
    expect(upstream({ routes: [route('https://*/api/*', 'api')] })).toEqual([
      ['https://*.example.com/api/*', 'api'],
      ['https://example.com/api/*', 'api'],
    ]);
  });

  it('rank below those that name a host', () => {
    const routes = [
      route('*example.com/api/*', 'wide'),
      route('example.com/*', 'apex'),
      route('*.example.com/api/v1', 'below'),
      route('*/*', 'widest'),
    ];
    const found = planned({ routes, of: { subdomains: true } })?.upstream ?? [];
    const ran = (url: string) => mostSpecific(found, url)?.script;
    expect(ran('https://example.com/api/v2')).toBe('apex');
    expect(ran('https://www.example.com/api/v1')).toBe('below');
    expect(ran('https://www.example.com/api/v2')).toBe('wide');
    expect(ran('https://www.example.com/')).toBe('widest');
  });

  it('leave every URL of the site to the Worker that ran there', () => {
    const patterns = fc
      .tuple(
        fc.constantFrom(
          'example.com',
          'www.example.com',
          '*example.com',
          '*.example.com',
          '*',
          '*www.example.com',
        ),
        fc.constantFrom('/*', '/api*', '/api/v1*', '/api/v1', '/x'),
      )
      .map((parts) => parts.join(''));
    const urls = fc
      .tuple(
        fc.constantFrom('example.com', 'www.example.com', 'a.www.example.com', 'b.example.com'),
        fc.constantFrom('/', '/api', '/api/v1', '/api/v1/2', '/x', '/x?y'),
      )
      .map((parts) => `https://${parts.join('')}`);
    fc.assert(
      fc.property(fc.uniqueArray(patterns, { maxLength: 8 }), urls, (each, url) => {
        const routes = each.map((pattern, index) => ({
          ...route(pattern, `worker-${index}`),
          request_limit_fail_open: false,
        }));
        const found = planned({ routes, of: { subdomains: true } })?.upstream ?? [];
        expect(mostSpecific(found, url)?.script ?? null).toBe(matchRoute(url, routes)?.script ?? null);
      }),
      { numRuns: 2_000 },
    );
  });
});
