import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  mergeRecords,
  parseRestoreRecord,
  type RestoreRecord,
  restoreRecord,
} from '../../../src/maintenance/restore-record.js';
import type { MaintenanceEvent } from '../../../src/model/event.js';
import { ACCOUNT, EVENT, NOW, route, SCRIPT } from '../../support/builders.js';

const event: MaintenanceEvent = {
  id: EVENT,
  kind: 'manual',
  reason: 'a new database',
  actor: 'ann',
  host: 'desk',
  since: NOW,
  until: null,
  autoEnd: false,
  existingRoutes: 'keep',
  onLimit: 'fail-closed',
  bypassSecret: 'only visitors who know it pass',
  endedAt: null,
  title: null,
  message: null,
  contact: null,
  statusUrl: null,
  allowIps: [],
  allowPaths: [],
  customPage: null,
};
const eventSite = (domain: string) => ({
  eventId: EVENT,
  domain,
  zoneId: `zone-${domain}`,
  zoneName: domain,
  accountId: ACCOUNT,
  patterns: [`${domain}/*`],
  state: 'up' as const,
});
const shop = route('example.com/*', 'shop', { request_limit_fail_open: true, placement: { mode: 'smart' } });
const claim = (before: typeof shop | null, pattern = 'example.com/*', zoneId = 'zone-example.com') => ({
  domain: 'example.com',
  zoneId,
  pattern,
  before,
  after: { ...before, id: '', pattern, script: SCRIPT },
});

function record(fields: Partial<RestoreRecord> = {}): RestoreRecord {
  const sites = [eventSite('example.com')];
  const upstream = [{ pattern: 'example.com/*', script: 'shop' }];
  return { ...restoreRecord(event, ACCOUNT, sites, [claim(shop)], upstream), ...fields };
}

/** As it comes back out of a Worker. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('restoreRecord', () => {
  it('comes back from the Worker as it was written, fields that no version knows included', () => {
    expect(parseRestoreRecord(sent(record()))).toEqual(record());
    expect(parseRestoreRecord(sent(record()))?.routes[0]?.before).toEqual(shop);
  });

  it('names what a route does past the request limit only where that differs from before', () => {
    const routeOf = (before: typeof shop | null, flag: boolean) => {
      const after = { ...claim(before).after, request_limit_fail_open: flag };
      const { routes } = restoreRecord(event, ACCOUNT, [], [{ ...claim(before), after }], []);
      return parseRestoreRecord(sent({ ...record(), routes }))?.routes[0];
    };
    expect(routeOf(shop, false)).toMatchObject({ before: shop, failOpen: false });
    expect(routeOf(null, true)).toMatchObject({ before: null, failOpen: true });
    expect(routeOf(shop, true)).not.toHaveProperty('failOpen');
    expect(routeOf(null, false)).not.toHaveProperty('failOpen');
  });

  it('reads one of a version that did not store the choices', () => {
    const { existingRoutes, onLimit, ...older } = record();
    expect([existingRoutes, onLimit]).toEqual(['keep', 'fail-closed']);
    const read = { ...record(), existingRoutes: 'take-over', onLimit: null };
    expect(parseRestoreRecord(sent(older))).toEqual(read);
  });

  it('tells whose event it is and which sites are in it', () => {
    expect(record()).toMatchObject({
      schema: 1,
      eventId: EVENT,
      kind: 'manual',
      reason: 'a new database',
      actor: 'ann',
      host: 'desk',
      since: NOW,
      accountId: ACCOUNT,
      sites: [{ domain: 'example.com', zoneName: 'example.com', patterns: ['example.com/*'] }],
    });
  });

  it('holds no secret', () => {
    expect(JSON.stringify(record())).not.toContain(event.bypassSecret);
  });
});

describe('parseRestoreRecord', () => {
  const broken: [string, unknown][] = [
    ['nothing', null],
    ['text', 'restore'],
    ['a list', []],
    ['an empty object', {}],
    ['a newer schema', { ...record(), schema: 2 }],
    ['an unknown kind of event', { ...record(), kind: 'other' }],
    ['no routes', { ...record(), routes: undefined }],
    ['a route without a pattern', { ...record(), routes: [{ ...claim(shop), pattern: undefined }] }],
    [
      'a snapshot without a script',
      { ...record(), routes: [claim({ ...shop, script: undefined as never })] },
    ],
    ['a site without its zone', { ...record(), sites: [{ domain: 'example.com' }] }],
  ];
  it.each(broken)('refuses %s', (_what, value) => {
    expect(parseRestoreRecord(value)).toBeNull();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parseRestoreRecord(value)).toBeNull();
      }),
    );
  });

  it('passes over fields that a later version of this schema may add', () => {
    expect(parseRestoreRecord({ ...record(), note: 'later' })).toEqual(record());
  });
});

describe('mergeRecords', () => {
  it('is the newer one where there is no older', () => {
    expect(mergeRecords(null, record())).toEqual(record());
  });

  it('keeps what only the older one knows', () => {
    const older = record({
      sites: [{ domain: 'old.example', zoneId: 'zone-old', zoneName: 'old.example', patterns: [] }],
      routes: [claim(null, 'old.example/*', 'zone-old')],
      upstream: [{ pattern: 'old.example/api/*', script: 'api' }],
    });
    const merged = mergeRecords(older, record());
    expect(merged.sites.map(({ domain }) => domain)).toEqual(['old.example', 'example.com']);
    expect(merged.routes.map(({ pattern }) => pattern)).toEqual(['old.example/*', 'example.com/*']);
    expect(merged.upstream.map(({ pattern }) => pattern)).toEqual(['old.example/api/*', 'example.com/*']);
  });

  it('takes the newer snapshot of a route, however its host is written', () => {
    const theirs = { ...shop, script: 'theirs' };
    const newer = record({ routes: [claim(theirs, 'EXAMPLE.com/*')] });
    expect(mergeRecords(record(), newer).routes).toEqual([claim(theirs, 'EXAMPLE.com/*')]);
  });

  it.each([
    ['zone', claim(shop, 'example.com/*', 'zone-2')],
    ['case of the path', claim(shop, 'example.com/API/*')],
    ['scheme', claim(shop, 'https://example.com/*')],
  ])('keeps two routes apart by their %s', (_what, other) => {
    const older = record({ routes: [claim(shop), claim(shop, 'example.com/api/*')] });
    expect(mergeRecords(older, record({ routes: [other] })).routes).toHaveLength(3);
  });

  it('changes nothing when a record meets itself', () => {
    expect(mergeRecords(record(), record())).toEqual(record());
  });

  it('takes the rest from the newer', () => {
    expect(mergeRecords(record({ actor: 'bob' }), record())).toMatchObject({ actor: 'ann' });
  });
});
