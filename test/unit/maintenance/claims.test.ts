import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../../src/maintenance/claims.js';
import type { Operation, OperationState } from '../../../src/model/operation.js';
import { change, OTHER_SCRIPT, operation, route, SCRIPT } from '../../support/builders.js';

const DOMAIN = 'example.com';
const shop = route('example.com/*', 'shop', { request_limit_fail_open: true });
const created = change(DOMAIN, { pattern: 'www.example.com/*' });
const taken = change(DOMAIN, { before: shop });
const restored = change(DOMAIN, { action: 'restore-route', before: taken.after, after: shop });

const took = (state: OperationState, before = shop) => operation(change(DOMAIN, { before }), { state });
const gave = (state: OperationState) => operation(restored, { state });

describe('claimsOf', () => {
  it('tells of a route that was taken over what was there, every field', () => {
    expect(claimsOf([took('done')])).toEqual([
      {
        domain: DOMAIN,
        accountId: 'account-1',
        zoneId: 'zone-example.com',
        pattern: 'example.com/*',
        routeId: shop.id,
        before: shop,
        after: { ...shop, script: SCRIPT },
        script: SCRIPT,
        certain: true,
      },
    ]);
  });

  it('knows a created route by the id that Cloudflare gave', () => {
    const after = { id: 'new', pattern: created.pattern, script: SCRIPT };
    expect(claimsOf([operation(created, { after })])).toMatchObject([{ routeId: 'new', before: null }]);
  });

  it('holds a created route without its id where the answer was lost', () => {
    expect(claimsOf([operation(created, { state: 'unknown' })])).toMatchObject([
      { routeId: null, before: null, certain: false },
    ]);
  });

  it.each<[string, Operation[], object[]]>([
    ['an empty journal', [], []],
    ['a change that is known not to have happened', [took('failed')], []],
    ['one that may have happened', [took('unknown')], [{ before: shop, certain: false }]],
    ['a run that died before the answer', [took('intended')], [{ before: shop, certain: false }]],
    [
      'a failed repetition of what was done',
      [took('done'), took('failed')],
      [{ before: shop, certain: true }],
    ],
    ['a lost answer, then a success', [took('unknown'), took('done')], [{ before: shop, certain: true }]],
    ['a restore', [took('done'), gave('done')], []],
    ['a restore that failed', [took('done'), gave('failed')], [{ before: shop, certain: true }]],
    ['a restore with a lost answer', [took('done'), gave('unknown')], [{ before: shop, certain: true }]],
    ['a restore that died', [took('done'), gave('intended')], [{ before: shop, certain: true }]],
    [
      'up again after a restore',
      [took('done'), gave('done'), took('done')],
      [{ before: shop, certain: true }],
    ],
  ])('after %s', (_what, journal, claims) => {
    const found = claimsOf(journal);
    expect(found).toHaveLength(claims.length);
    expect(found).toMatchObject(claims);
  });

  it('takes a new snapshot where somebody put another Worker there in between', () => {
    const theirs = route('example.com/*', 'theirs');
    expect(claimsOf([took('done'), took('done', theirs)])).toMatchObject([{ before: theirs }]);
  });

  it.each([
    ['this event', SCRIPT],
    ['another event', OTHER_SCRIPT],
  ])('never takes a route of %s for a snapshot', (_whose, script) => {
    const ours = route('example.com/*', script);
    expect(claimsOf([took('unknown'), took('done', ours)])).toMatchObject([{ before: shop, certain: true }]);
    expect(claimsOf([took('done', ours)])).toMatchObject([{ before: null }]);
  });

  it('keeps routes apart that differ in zone or in the case of their path', () => {
    const patterns = ['example.com/API/*', 'example.com/api/*'];
    const journal = patterns.map((pattern) => operation(change(DOMAIN, { before: route(pattern) })));
    const elsewhere = operation(change(DOMAIN, { before: shop }), { zoneId: 'zone-2' });
    expect(claimsOf([...journal, took('done'), elsewhere])).toHaveLength(4);
  });

  it('knows a route again whose host is written in another case', () => {
    const restoredInCapitals = operation({ ...restored, pattern: 'EXAMPLE.com/*' });
    expect(claimsOf([took('done'), restoredInCapitals])).toEqual([]);
  });

  it('passes over what is no route', () => {
    const upload = operation(created, {
      action: 'upload-script',
      subject: SCRIPT,
      zoneId: null,
      after: null,
    });
    const subdomain = operation(created, { action: 'disable-subdomain', subject: SCRIPT });
    expect(claimsOf([upload, subdomain])).toEqual([]);
  });

  it('passes over a taking that left nothing', () => {
    expect(claimsOf([operation(taken, { after: null })])).toEqual([]);
  });

  it('reads a claim of an unnamed site', () => {
    const journal = [
      operation(created, { domain: null, after: { id: 'x', pattern: 'www.example.com/*', script: null } }),
    ];
    expect(claimsOf(journal)).toMatchObject([{ domain: '', script: '' }]);
  });
});
