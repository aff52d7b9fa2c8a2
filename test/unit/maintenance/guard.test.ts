import { describe, expect, it } from 'vitest';
import { guardExistingRoutes, guardRun } from '../../../src/maintenance/guard.js';
import { change, OTHER_EVENT, route, site, sitePlan } from '../../support/builders.js';

const sites = (count: number, owner: string | null = null) =>
  Array.from({ length: count }, (_, index) => site(`s${index}.example`, { owner }));

describe('guardRun', () => {
  it.each([
    ['no limit', null],
    ['a limit that is just met', 3],
    ['a limit that is far', 100],
  ])('lets a run pass with %s', (_what, maxSites) => {
    expect(guardRun({ sites: sites(3), actor: 'ann', maxSites })).toEqual([]);
  });

  it('refuses more sites than are allowed, with both numbers', () => {
    const [refusal, ...others] = guardRun({ sites: sites(3), actor: 'ann', maxSites: 2 });
    expect(refusal).toBe('3 sites are selected, but --max-sites allows 2.');
    expect(others).toEqual([]);
  });

  it('refuses sites of somebody else and names them', () => {
    expect(guardRun({ sites: [...sites(1), ...sites(2, 'bob')], actor: 'ann', maxSites: null })).toEqual([
      'Owned by somebody else and not shared with ann: s0.example (bob), s1.example (bob).',
    ]);
  });

  it('names three of many', () => {
    const [refusal] = guardRun({ sites: sites(5, 'bob'), actor: 'ann', maxSites: null });
    expect(refusal).toMatch(/s2\.example \(bob\) and 2 more\.$/);
  });

  it('tells every refusal at once', () => {
    expect(guardRun({ sites: sites(2, 'bob'), actor: 'ann', maxSites: 1 })).toHaveLength(2);
  });
});

describe('guardExistingRoutes', () => {
  const strict = () => 'fail' as const;
  const taking = (count: number) =>
    sitePlan('a.example', {
      changes: [
        change('a.example', { pattern: 'www.a.example/*' }),
        ...Array.from({ length: count }, (_, index) =>
          change('a.example', { before: route(`a.example/${index}`) }),
        ),
      ],
    });

  it.each(['take-over', 'keep'] as const)(
    'has nothing against routes of others with %s',
    (existingRoutes) => {
      expect(guardExistingRoutes({ sites: [taking(2)] }, () => existingRoutes)).toEqual([]);
    },
  );

  it('has nothing against new routes', () => {
    expect(guardExistingRoutes({ sites: [taking(0)] }, strict)).toEqual([]);
  });

  it('names the routes that are in the way', () => {
    const [refusal] = guardExistingRoutes({ sites: [taking(2)] }, strict);
    expect(refusal).toBe('--existing-routes fail: 2 routes of others in the way: a.example/0, a.example/1.');
  });

  it('goes by the choice of the event that each site is in', () => {
    const lenient = { ...taking(4), eventId: OTHER_EVENT };
    const choice = (eventId: string) => (eventId === OTHER_EVENT ? 'keep' : 'fail');
    expect(guardExistingRoutes({ sites: [lenient] }, choice)).toEqual([]);
    expect(guardExistingRoutes({ sites: [lenient, taking(1)] }, choice)).toEqual([
      '--existing-routes fail: 1 route of others in the way: a.example/0.',
    ]);
  });

  it('names five of many', () => {
    const [refusal] = guardExistingRoutes({ sites: [taking(4), taking(3)] }, strict);
    expect(refusal).toMatch(/7 routes.*a\.example\/0 and 2 more\.$/);
  });
});
