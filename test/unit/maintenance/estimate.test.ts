import { describe, expect, it } from 'vitest';
import { BULK_FROM, estimateDisable, estimateEnable } from '../../../src/maintenance/estimate.js';
import type { Change, DisablePlan, EnablePlan } from '../../../src/model/plan.js';
import { ACCOUNT, change, EVENT, OTHER_SCRIPT, route, SCRIPT, sitePlan } from '../../support/builders.js';

const create = (count: number, script = SCRIPT) =>
  Array.from({ length: count }, (_, index) =>
    change('a.example', { pattern: `${index}.a.example/*`, script }),
  );
const failOpen = (count: number) =>
  create(count).map(
    (one): Change => ({
      ...one,
      after: { id: '', pattern: one.pattern, script: SCRIPT, request_limit_fail_open: true },
    }),
  );
const takeOver = (count: number) =>
  Array.from({ length: count }, (_, index) => change('a.example', { before: route(`a.example/${index}`) }));

function enablePlan(changes: readonly Change[]): EnablePlan {
  const scripts = [...new Set(changes.map(({ script }) => script))];
  return {
    kind: 'enable',
    eventId: EVENT,
    sites: [sitePlan('a.example', { changes })],
    scripts: scripts.map((script) => ({ accountId: ACCOUNT, script, domains: ['a.example'], upstream: [] })),
    warnings: [],
  };
}

function disablePlan(changes: readonly Change[]): DisablePlan {
  return { kind: 'disable', sites: [sitePlan('a.example', { changes })], warnings: [] };
}

describe('estimateEnable', () => {
  it.each([
    ['nothing', [], 0],
    ['a few new routes, one by one', create(BULK_FROM - 1), 3 + BULK_FROM - 1],
    ['many new routes in one call', create(500), 3 + 1],
    ['routes that are taken over, always one by one', takeOver(7), 3 + 7],
    ['both', [...create(500), ...takeOver(7)], 3 + 1 + 7],
    ['new routes that fail open, one by one', failOpen(7), 3 + 7],
    ['new routes of both kinds', [...create(500), ...failOpen(7)], 3 + 1 + 7],
    ['two scripts', [...create(500), ...create(2, OTHER_SCRIPT)], 3 + 1 + 3 + 2],
  ])('counts the calls for %s', (_what, changes, requests) => {
    expect(estimateEnable(enablePlan(changes), 8, 900).requests).toBe(requests);
  });

  it('takes a call after the other, as many at once as are allowed', () => {
    expect(estimateEnable(enablePlan(takeOver(13)), 8, 900)).toEqual({
      requests: 16,
      durationMs: 2 * 300,
      budgetLeft: 900,
    });
  });

  it.each([
    ['enough budget', 10, 0],
    ['a call too few', 9, 300_000],
    ['none left', 0, 300_000],
  ])('waits for the rate limit with %s', (_what, budgetLeft, waits) => {
    expect(estimateEnable(enablePlan(takeOver(7)), 10, budgetLeft).durationMs).toBe(300 + waits);
  });

  it('waits once for each further window', () => {
    const { durationMs } = estimateEnable(enablePlan(takeOver(1_798)), 1_801, 0);
    expect(durationMs).toBe(300 + 3 * 300_000);
  });
});

describe('estimateDisable', () => {
  const remove = (count: number) =>
    create(count).map((each): Change => ({ ...each, action: 'delete-route' }));
  const restore = (count: number) =>
    takeOver(count).map((each): Change => ({ ...each, action: 'restore-route' }));

  it.each([
    ['nothing', [], 0],
    ['few removals one by one', remove(2), 3 + 2],
    ['many removals in one call', remove(500), 3 + 1],
    ['restores one by one', restore(4), 3 + 4],
    ['both', [...remove(9), ...restore(4)], 3 + 1 + 4],
  ])('counts the calls for %s', (_what, changes, requests) => {
    expect(estimateDisable(disablePlan(changes), 8, 1_000).requests).toBe(requests);
  });
});
