import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../../src/maintenance/claims.js';
import { patternKey } from '../../../src/maintenance/coverage.js';
import { eventOfScript } from '../../../src/model/event.js';
import type { Route } from '../../../src/model/route.js';
import { matches, mostSpecific } from '../../../src/model/route-pattern.js';
import { coveringPatterns } from '../../../src/model/site.js';
import { site } from '../../support/builders.js';
import { routePatterns, urls } from '../../support/route-arbitraries.js';
import { type Fate, ModelZone } from './model-zone.js';

const zones = fc
  .tuple(
    fc.uniqueArray(routePatterns, { maxLength: 10, selector: patternKey }),
    fc.array(fc.constantFrom('shop', 'api', null), { minLength: 10, maxLength: 10 }),
    fc.array(fc.constantFrom({}, { request_limit_fail_open: true }, { placement: { mode: 'smart' } }), {
      minLength: 10,
      maxLength: 10,
    }),
  )
  .map(([patterns, scripts, fields]) =>
    patterns.map(
      (pattern, index): Route => ({
        ...fields[index],
        id: `r${index}`,
        pattern,
        script: scripts[index] ?? null,
      }),
    ),
  );
const sites = fc.boolean().map((subdomains) => site('example.com', { subdomains }));
const fates = fc.array(
  fc.constantFrom<Fate>(
    'done',
    'applied-unknown',
    'applied-intended',
    'lost-intended',
    'lost-unknown',
    'failed',
  ),
  { minLength: 1, maxLength: 12 },
);
const runs = { numRuns: 400 };

const byId = (routes: readonly Route[]) => [...routes].sort((a, b) => (a.id < b.id ? -1 : 1));

describe('enable, then disable', () => {
  it('leaves the zone as it was, however far each change came', () => {
    fc.assert(
      fc.property(zones, sites, fates, (routes, of, crash) => {
        const zone = new ModelZone(of, routes);
        zone.apply(zone.planEnable(), crash);
        const down = zone.planDisable();
        expect(down.conflicts).toEqual([]);
        zone.apply(down);
        expect(byId(zone.routes)).toEqual(byId(routes));
        expect(zone.planDisable().changes).toEqual([]);
      }),
      runs,
    );
  });

  it('leaves the zone as it was after any number of runs that died', () => {
    fc.assert(
      fc.property(
        zones,
        sites,
        fc.array(fates, { maxLength: 3 }),
        fc.array(fates, { maxLength: 3 }),
        (routes, of, ups, downs) => {
          const zone = new ModelZone(of, routes);
          for (const crash of ups) zone.apply(zone.planEnable(), crash);
          for (const crash of downs) zone.apply(zone.planDisable(), crash);
          const last = zone.planDisable();
          expect(last.conflicts).toEqual([]);
          zone.apply(last);
          expect(byId(zone.routes)).toEqual(byId(routes));
        },
      ),
      runs,
    );
  });

  it('leaves the zone as it was after changing its mind in the middle', () => {
    fc.assert(
      fc.property(
        zones,
        sites,
        fc.array(fc.tuple(fc.boolean(), fates), { maxLength: 6 }),
        (routes, of, steps) => {
          const zone = new ModelZone(of, routes);
          for (const [up, crash] of steps) zone.apply(up ? zone.planEnable() : zone.planDisable(), crash);
          zone.apply(zone.planDisable());
          expect(byId(zone.routes)).toEqual(byId(routes));
          expect(zone.planDisable()).toMatchObject({ changes: [], conflicts: [] });
        },
      ),
      runs,
    );
  });
});

describe('enable', () => {
  it('covers every URL of the site', () => {
    fc.assert(
      fc.property(zones, sites, urls, (routes, of, url) => {
        fc.pre(coveringPatterns(of).some((pattern) => matches(pattern, url)));
        const zone = new ModelZone(of, routes);
        zone.apply(zone.planEnable());
        expect(eventOfScript(mostSpecific(zone.routes, url)?.script ?? null)).not.toBeNull();
      }),
      runs,
    );
  });

  it('changes nothing the second time, and never takes a route of ours for what was there', () => {
    fc.assert(
      fc.property(zones, sites, fates, (routes, of, crash) => {
        const zone = new ModelZone(of, routes);
        zone.apply(zone.planEnable(), crash);
        zone.apply(zone.planEnable());
        expect(zone.planEnable()).toMatchObject({ outcome: 'unchanged', changes: [] });
        for (const { before } of claimsOf(zone.journal)) {
          expect(before === null || routes.some((route) => route.id === before.id)).toBe(true);
          expect(eventOfScript(before?.script ?? null)).toBeNull();
        }
      }),
      runs,
    );
  });
});
