import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { catalogue } from '../../../src/store/schema.js';
import { addSites, eventSite, NOW, newEvent, newSite, open, raw, temporaryFolder } from './store-fixture.js';

const LATER = '2026-11-24T00:00:00.000Z';

test('a site comes back as it was put in, with everything that belongs to it', async () => {
  const store = await open();
  const ids = addSites(store, newSite('a.example', { project: 'shop', owner: 'ann', tags: ['b', 'a', 'a'] }));
  expect(store.sites.byDomain('a.example')).toEqual({
    id: ids['a.example'],
    domain: 'a.example',
    name: null,
    zoneId: 'zone-a.example',
    zoneName: 'a.example',
    accountId: 'account-1',
    environment: 'production',
    project: 'shop',
    owner: 'ann',
    tags: ['a', 'b'],
    shares: [],
    groups: [],
    ownHostnames: null,
    subdomains: false,
    active: true,
    inactiveReason: null,
    token: null,
    plan: null,
    state: 'active',
    maintenance: null,
    health: null,
    createdAt: NOW,
    updatedAt: NOW,
  });
  expect(store.sites.byDomain('b.example')).toBeNull();
});

test('inserting a domain again leaves the site and its tags alone', async () => {
  const store = await open();
  addSites(store, newSite('a.example', { tags: ['old'] }));
  store.sites.insert([newSite('a.example', { project: 'new', tags: ['new'] })], LATER);
  expect(store.sites.select()).toMatchObject([{ project: null, tags: ['old'], updatedAt: NOW }]);
});

test('changes touch the named fields of the named sites', async () => {
  const store = await open();
  const ids = addSites(store, newSite('a.example', { project: 'shop' }), newSite('b.example'));
  const chosen = [ids['a.example'] ?? 0];
  store.sites.update(chosen, { owner: 'ann', ownHostnames: ['x.a.example'], subdomains: true }, LATER);
  expect(store.sites.byDomain('a.example')).toMatchObject({
    project: 'shop',
    owner: 'ann',
    ownHostnames: ['x.a.example'],
    subdomains: true,
    updatedAt: LATER,
  });
  store.sites.update(chosen, { project: null, ownHostnames: null }, LATER);
  expect(store.sites.byDomain('a.example')).toMatchObject({
    project: null,
    owner: 'ann',
    ownHostnames: null,
  });
  expect(store.sites.byDomain('b.example')).toMatchObject({ owner: null, updatedAt: NOW });
});

test('tags and shares are added, changed and taken away; sites that are gone are passed over', async () => {
  const store = await open();
  const ids = addSites(store, newSite('a.example', { tags: ['old'] }), newSite('b.example'));
  const all = [...Object.values(ids), 999];
  store.sites.tag(all, ['x', 'y'], ['old'], LATER);
  store.sites.share(all, ['bob', 'eve'], 'viewer', LATER);
  store.sites.share(all, ['bob'], 'operator', LATER);
  store.sites.unshare([ids['b.example'] ?? 0], ['eve'], LATER);
  expect(store.sites.select()).toMatchObject([
    {
      tags: ['x', 'y'],
      shares: [
        { user: 'bob', role: 'operator' },
        { user: 'eve', role: 'viewer' },
      ],
      updatedAt: LATER,
    },
    { tags: ['x', 'y'], shares: [{ user: 'bob', role: 'operator' }] },
  ]);
});

test('the state: maintenance before inactive before failing before active', async () => {
  const path = `${temporaryFolder()}/maint.db`;
  const store = await open({ path });
  const ids = addSites(store, newSite('a.example'));
  const id = ids['a.example'] ?? 0;
  const state = () => store.sites.byDomain('a.example')?.state;
  expect(state()).toBe('active');
  raw(path).exec(
    `insert into targets (site_id, url, state, failures) values (${id}, 'https://a.example/up', 'up', 0), (${id}, 'https://a.example/', 'down', 3)`,
  );
  expect(state()).toBe('failing');
  expect(store.sites.select()[0]?.health).toEqual({
    state: 'down',
    checkedAt: null,
    failures: 3,
    successes: 0,
  });
  store.events.insert(newEvent('e1', { reason: 'upgrade' }), [eventSite('e1', 'a.example')]);
  for (const open of ['opening', 'up', 'closing'] as const) {
    store.events.setSiteState('e1', ['a.example'], open, NOW);
    expect(state()).toBe('maintenance');
  }
  expect(store.sites.select()[0]?.maintenance).toMatchObject({
    eventId: 'e1',
    kind: 'manual',
    reason: 'upgrade',
  });
  store.sites.update([id], { active: false, inactiveReason: 'paused' }, NOW);
  expect(state()).toBe('maintenance');
  store.events.setSiteState('e1', ['a.example'], 'lifted', NOW);
  expect(state()).toBe('inactive');
  store.sites.update([id], { active: true, inactiveReason: null }, NOW);
  for (const closed of ['lifted', 'failed'] as const) {
    store.events.setSiteState('e1', ['a.example'], closed, NOW);
    expect(store.sites.select()[0]).toMatchObject({ state: 'failing', maintenance: null });
  }
});

test('of two open events, the newest is the one that counts', async () => {
  const store = await open();
  addSites(store, newSite('a.example'));
  store.events.insert(newEvent('new', { since: LATER }), [eventSite('new', 'a.example', { state: 'up' })]);
  store.events.insert(newEvent('old'), [eventSite('old', 'a.example', { state: 'up' })]);
  expect(store.sites.select()[0]?.maintenance?.eventId).toBe('new');
});

test('removing a site takes its tags, shares and groups along, and leaves the history', async () => {
  const store = await open();
  const ids = addSites(store, newSite('a.example', { tags: ['x'] }));
  const chosen = Object.values(ids);
  store.groups.create('all', null, NOW);
  store.groups.add('all', chosen);
  store.sites.share(chosen, ['bob'], 'viewer', NOW);
  store.events.insert(newEvent('e1'), [eventSite('e1', 'a.example')]);
  store.sites.remove(chosen);
  expect(store.sites.count()).toBe(0);
  expect(store.sites.values('tag')).toEqual([]);
  expect(store.groups.get('all')?.domains).toEqual([]);
  expect(store.events.sites('e1')).toHaveLength(1);
  expect(addSites(store, newSite('a.example'))['a.example']).not.toBe(ids['a.example']);
});

test('values in use, sorted and without those that are missing', async () => {
  const store = await open();
  addSites(
    store,
    newSite('a.example', { project: 'b', owner: 'eve', tags: ['y'] }),
    newSite('b.example', { project: 'a', accountId: 'account-0', tags: ['x', 'y'] }),
    newSite('c.example'),
  );
  expect(store.sites.values('project')).toEqual(['a', 'b']);
  expect(store.sites.values('owner')).toEqual(['eve']);
  expect(store.sites.values('tag')).toEqual(['x', 'y']);
  expect(store.sites.values('account')).toEqual(['account-0', 'account-1']);
});

test('thousands of sites and ids in one statement', async () => {
  const store = await open();
  const sites = Array.from({ length: 5_000 }, (_, n) => newSite(`site-${n}.example`));
  const ids = Object.values(addSites(store, ...sites));
  store.sites.tag(ids, ['all'], [], LATER);
  store.sites.update(ids, { project: 'big' }, LATER);
  expect(store.sites.count(eq(catalogue.project, 'big'))).toBe(5_000);
  expect(store.sites.select(eq(catalogue.project, 'big'), { limit: 2 })).toMatchObject([
    { domain: 'site-0.example', tags: ['all'] },
    { domain: 'site-1.example', tags: ['all'] },
  ]);
});

test('the tokens of a zone or an account are told, that of most sites first', async () => {
  const store = await open();
  addSites(
    store,
    newSite('a.example', { token: 'few' }),
    newSite('b.example', { token: 'many' }),
    newSite('c.example', { token: 'many' }),
    newSite('d.example'),
    newSite('e.example', { accountId: 'account-2', token: 'other' }),
  );
  expect(store.sites.tokensOf('account', ['account-1'])).toEqual(['many', 'few']);
  expect(store.sites.tokensOf('zone', ['zone-a.example'])).toEqual(['few']);
  expect(store.sites.tokensOf('zone', ['zone-d.example'])).toEqual([]);
  expect(store.sites.tokensOf('account', ['nowhere'])).toEqual([]);
});
