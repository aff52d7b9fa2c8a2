import { expect, test } from 'vitest';
import { eventSite, newEvent, open } from './store-fixture.js';

const T1 = '2026-11-23T12:00:00.000Z';
const T2 = '2026-11-23T13:00:00.000Z';
const T3 = '2026-11-23T14:00:00.000Z';

test('an event and its sites come back as they were put in', async () => {
  const store = await open();
  const event = newEvent('e1', {
    kind: 'scheduled',
    message: 'Back soon',
    autoEnd: true,
    existingRoutes: 'keep',
    until: T2,
    allowIps: ['192.0.2.0/24'],
    allowPaths: ['/health'],
  });
  const sites = [
    eventSite('e1', 'b.example', { patterns: ['b.example/*', 'www.b.example/*'] }),
    eventSite('e1', 'a.example'),
  ];
  store.events.insert(event, sites);
  expect(store.events.get('e1')).toEqual(event);
  expect(store.events.get('e2')).toBeNull();
  expect(store.events.sites('e1')).toEqual([sites[1], sites[0]]);
});

test('an edit changes what it names', async () => {
  const store = await open();
  store.events.insert(newEvent('e1', { message: 'one', allowIps: ['192.0.2.1'] }), []);
  store.events.update('e1', { message: 'two', kind: 'manual', until: T2 });
  store.events.update('e1', { allowPaths: ['/ok'] });
  expect(store.events.get('e1')).toEqual(
    newEvent('e1', { message: 'two', until: T2, allowIps: ['192.0.2.1'], allowPaths: ['/ok'] }),
  );
  expect(() => store.events.update('e2', { message: 'x' })).toThrow(
    expect.objectContaining({ code: 'not-found' }),
  );
});

test('events are listed newest first, by any filter', async () => {
  const store = await open();
  store.events.insert(newEvent('e1', { since: T1, endedAt: T2 }), [eventSite('e1', 'a.example')]);
  store.events.insert(newEvent('e2', { since: T2, kind: 'monitor' }), [eventSite('e2', 'b.example')]);
  store.events.insert(newEvent('e3', { since: T3 }), [
    eventSite('e3', 'a.example'),
    eventSite('e3', 'b.example'),
  ]);
  const ids = (filter?: Parameters<typeof store.events.list>[0]) =>
    store.events.list(filter).map(({ id }) => id);
  expect(ids()).toEqual(['e3', 'e2', 'e1']);
  expect(ids({ limit: 1 })).toEqual(['e3']);
  expect(ids({ open: true })).toEqual(['e3', 'e2']);
  expect(ids({ open: false })).toEqual(['e1']);
  expect(ids({ kind: 'monitor' })).toEqual(['e2']);
  expect(ids({ domain: 'a.example' })).toEqual(['e3', 'e1']);
  expect(ids({ domain: 'a.example', open: true, limit: 5 })).toEqual(['e3']);
});

test('open sites: newest event first, only those still open, of the named domains', async () => {
  const store = await open();
  store.events.insert(newEvent('e1', { since: T1 }), [
    eventSite('e1', 'a.example'),
    eventSite('e1', 'b.example'),
  ]);
  store.events.insert(newEvent('e2', { since: T2 }), [eventSite('e2', 'a.example', { state: 'up' })]);
  store.events.setSiteState('e1', ['b.example'], 'lifted', T3);
  const open_ = (domains?: string[]) =>
    store.events.openSites(domains).map((site) => `${site.eventId} ${site.domain}`);
  expect(open_()).toEqual(['e2 a.example', 'e1 a.example']);
  expect(open_(['b.example'])).toEqual([]);
  expect(open_([])).toEqual([]);
});

test('an event ends once, when its last site is closed', async () => {
  const store = await open();
  store.events.insert(newEvent('e1'), [eventSite('e1', 'a.example'), eventSite('e1', 'b.example')]);
  store.events.setSiteState('e1', ['a.example'], 'lifted', T2);
  expect(store.events.endIfDone('e1', T2)).toBe(false);
  store.events.setSiteState('e1', ['b.example'], 'failed', T2);
  expect(store.events.endIfDone('e1', T2)).toBe(true);
  expect(store.events.endIfDone('e1', T3)).toBe(false);
  expect(store.events.get('e1')?.endedAt).toBe(T2);
});

test('a site that is added again takes the new state and patterns', async () => {
  const store = await open();
  store.events.insert(newEvent('e1'), [eventSite('e1', 'a.example', { state: 'failed' })]);
  store.events.addSites([eventSite('e1', 'a.example', { patterns: ['x/*'] }), eventSite('e1', 'b.example')]);
  expect(store.events.sites('e1')).toEqual([
    eventSite('e1', 'a.example', { patterns: ['x/*'] }),
    eventSite('e1', 'b.example'),
  ]);
});

test('a deployment is open until it is marked removed, once', async () => {
  const store = await open();
  store.events.insert(newEvent('e1'), []);
  const deployment = (id: string, accountId: string) => ({
    id,
    eventId: 'e1',
    accountId,
    script: 'maint-e1',
    workerHash: 'abc',
    createdAt: T1,
    removedAt: null,
  });
  store.deployments.insert(deployment('d1', 'one'));
  store.deployments.insert(deployment('d2', 'two'));
  store.deployments.markRemoved('maint-e1', 'one', T2);
  store.deployments.markRemoved('maint-e1', 'one', T3);
  expect(store.deployments.open().map(({ id }) => id)).toEqual(['d2']);
  expect(store.deployments.ofEvent('e1')).toEqual([
    { ...deployment('d1', 'one'), removedAt: T2 },
    deployment('d2', 'two'),
  ]);
});
