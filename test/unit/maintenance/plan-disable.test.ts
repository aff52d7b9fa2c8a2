import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../src/maintenance/claims.js';
import { type ConflictRule, type Holding, planDisable } from '../../../src/maintenance/plan-disable.js';
import type { SitePlan } from '../../../src/model/plan.js';
import type { Route } from '../../../src/model/route.js';
import { EVENT, OTHER_SCRIPT, route, SCRIPT } from '../../support/builders.js';

const PATTERN = 'example.com/*';
const shop = route(PATTERN, 'shop', { request_limit_fail_open: true, placement: { mode: 'smart' } });
const ours = { ...shop, script: SCRIPT };
const theirs = { ...shop, script: 'theirs' };
const made = route(PATTERN, SCRIPT);

function claim(fields: Partial<Claim> = {}): Claim {
  const before = fields.before ?? null;
  return {
    domain: 'example.com',
    accountId: 'account-1',
    zoneId: 'zone-example.com',
    pattern: PATTERN,
    routeId: before?.id ?? made.id,
    before,
    after: before === null ? made : { ...before, script: SCRIPT },
    script: SCRIPT,
    certain: true,
    ...fields,
  };
}

const created = claim();
const maybeCreated = claim({ certain: false, routeId: null });
const taken = claim({ before: shop });
const maybeTaken = claim({ before: shop, certain: false });

function plan(claims: readonly Claim[], routes: readonly Route[], rule: ConflictRule = 'report'): SitePlan {
  const holding: Holding = {
    domain: 'example.com',
    accountId: 'account-1',
    zoneId: 'zone-example.com',
    zoneName: 'example.com',
    patterns: [PATTERN, 'www.example.com/*'],
    eventId: EVENT,
    claims,
  };
  return planDisable(holding, routes, rule);
}

const nothing = { outcome: 'planned', changes: [], conflicts: [] };

describe('a route that the event made', () => {
  it.each([
    ['by its id', created, made],
    ['by its pattern where the answer was lost', maybeCreated, made],
    ['though it runs the second script of the event', created, { ...made, script: `${SCRIPT}-2` }],
    ['though it was made anew', created, { ...made, id: 'another' }],
    ['though its host is written otherwise', created, { ...made, id: 'another', pattern: 'EXAMPLE.com/*' }],
  ])('is deleted, known %s', (_how, of, found) => {
    const planned = plan([of], [found]);
    expect(planned).toMatchObject({ outcome: 'planned', conflicts: [] });
    expect(planned.changes).toEqual([
      expect.objectContaining({ action: 'delete-route', routeId: found.id, before: found, after: null }),
    ]);
  });

  it.each([
    ['is gone already', created],
    ['never came to be', maybeCreated],
  ])('needs nothing where it %s', (_what, of) => {
    expect(plan([of], [])).toMatchObject(nothing);
  });

  it.each(['report', 'force', 'accept'] as const)(
    'is none of ours where its making is not proven and a route of others is there (%s)',
    (rule) => {
      expect(plan([maybeCreated], [{ ...theirs, id: 'their own' }], rule)).toMatchObject(nothing);
    },
  );

  it.each([
    ['another Worker', theirs],
    ['no Worker', { ...made, script: null }],
    ['the page of another event', { ...made, script: OTHER_SCRIPT }],
  ])('is a conflict where it now runs %s', (_what, found) => {
    const there = { ...found, id: made.id };
    expect(plan([created], [there])).toMatchObject({
      outcome: 'conflict',
      changes: [],
      conflicts: [{ pattern: PATTERN, zoneId: 'zone-example.com', wanted: null, found: there }],
    });
    expect(plan([created], [there], 'accept')).toMatchObject(nothing);
    expect(plan([created], [there], 'force').changes).toMatchObject([
      { action: 'delete-route', routeId: made.id },
    ]);
  });
});

describe('a route that the event took over', () => {
  it.each([
    ['surely', taken],
    ['perhaps', maybeTaken],
  ])('is put back with every field where it was %s taken and runs our page', (_what, of) => {
    const planned = plan([of], [ours]);
    expect(planned).toMatchObject({ outcome: 'planned', conflicts: [] });
    expect(planned.changes).toEqual([
      {
        domain: 'example.com',
        accountId: 'account-1',
        zoneId: 'zone-example.com',
        action: 'restore-route',
        pattern: PATTERN,
        routeId: shop.id,
        before: ours,
        after: shop,
        script: SCRIPT,
      },
    ]);
  });

  it('is put back without a Worker where it had none', () => {
    const exempt = { ...shop, script: null };
    const [change] = plan([claim({ before: exempt })], [ours]).changes;
    expect(change?.after).toEqual(exempt);
  });

  it('is put back under the id that it has now', () => {
    const [change] = plan([taken], [{ ...ours, id: 'made anew' }]).changes;
    expect(change).toMatchObject({ routeId: 'made anew', after: { ...shop, id: 'made anew' } });
  });

  it.each([
    ['it is as it was', taken, [shop]],
    ['it is as it was under another id', taken, [{ ...shop, id: 'made anew' }]],
    ['it was never reached', maybeTaken, [shop]],
    ['it was perhaps never reached, and is gone', maybeTaken, []],
  ])('needs nothing where %s', (_what, of, routes) => {
    expect(plan([of], routes)).toMatchObject(nothing);
  });

  it.each<[string, Claim, Route | null]>([
    ['was deleted', taken, null],
    ['runs another Worker', taken, theirs],
    ['runs the page of another event', taken, { ...shop, script: OTHER_SCRIPT }],
    ['was perhaps never reached, and runs another Worker', maybeTaken, theirs],
  ])('is a conflict where it %s', (_what, of, found) => {
    const routes = found === null ? [] : [found];
    expect(plan([of], routes)).toMatchObject({
      outcome: 'conflict',
      changes: [],
      conflicts: [{ pattern: PATTERN, wanted: shop, found }],
    });
    expect(plan([of], routes, 'accept')).toMatchObject(nothing);
    expect(plan([of], routes, 'force')).toMatchObject({
      outcome: 'planned',
      conflicts: [],
      changes: [
        { action: 'restore-route', routeId: found?.id ?? null, after: { ...shop, id: found?.id ?? '' } },
      ],
    });
  });

  it('is a conflict where somebody set whether it fails open, and accepting keeps that', () => {
    const found = { ...ours, request_limit_fail_open: false };
    expect(plan([taken], [found])).toMatchObject({ outcome: 'conflict', changes: [] });
    expect(plan([taken], [found], 'force').changes).toMatchObject([{ after: shop }]);
    expect(plan([taken], [found], 'accept')).toMatchObject({
      conflicts: [],
      changes: [{ action: 'restore-route', after: { ...shop, request_limit_fail_open: false } }],
    });
  });

  it('is a conflict where somebody gave it another pattern, and accepting keeps that', () => {
    const found = { ...ours, pattern: 'example.com/moved/*' };
    expect(plan([taken], [found])).toMatchObject({ outcome: 'conflict', changes: [] });
    expect(plan([taken], [found], 'force').changes).toMatchObject([{ after: shop }]);
    expect(plan([taken], [found], 'accept')).toMatchObject({
      conflicts: [],
      changes: [{ action: 'restore-route', after: { ...shop, pattern: found.pattern } }],
    });
  });

  it('is put back where the flag may never have been ours to set', () => {
    expect(plan([maybeTaken], [{ ...ours, request_limit_fail_open: false }])).toMatchObject({
      conflicts: [],
      changes: [{ after: shop }],
    });
  });
});

describe('several routes', () => {
  const api = route('example.com/api/*', 'api');
  const takenApi = claim({ before: api, pattern: api.pattern });

  it('are given back in the order of their patterns, those without a conflict', () => {
    const www = claim({ pattern: 'www.example.com/*', routeId: 'www' });
    const routes = [route('www.example.com/*', SCRIPT, { id: 'www' }), { ...api, script: SCRIPT }, theirs];
    const planned = plan([www, takenApi, taken], routes);
    expect(planned.changes.map(({ pattern }) => pattern)).toEqual([api.pattern, 'www.example.com/*']);
    expect(planned).toMatchObject({ outcome: 'conflict', conflicts: [{ pattern: PATTERN }] });
  });

  it('leave routes alone that no claim is about', () => {
    expect(plan([created], [made, api, theirs]).changes).toHaveLength(1);
  });

  it('are no part of the plan as claims', () => {
    expect(plan([created], [made])).not.toHaveProperty('claims');
  });
});
