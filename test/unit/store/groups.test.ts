import { expect, test } from 'vitest';
import { addSites, NOW, newSite, open } from './store-fixture.js';

test('a group is made, filled, emptied and deleted; each call says how many sites it moved', async () => {
  const store = await open();
  const ids = Object.values(addSites(store, newSite('b.example'), newSite('a.example')));
  store.groups.create('shops', 'all that sell', NOW);
  expect(store.groups.add('shops', ids)).toBe(2);
  expect(store.groups.add('shops', ids)).toBe(0);
  expect(store.groups.list()).toEqual([
    { name: 'shops', description: 'all that sell', createdAt: NOW, domains: ['a.example', 'b.example'] },
  ]);
  expect(store.sites.byDomain('a.example')?.groups).toEqual(['shops']);
  expect(store.groups.remove('shops', [ids[0] ?? 0, 999])).toBe(1);
  store.groups.delete('shops');
  expect(store.groups.get('shops')).toBeNull();
  expect(store.sites.count()).toBe(2);
});

test('a group without sites has none', async () => {
  const store = await open();
  store.groups.create('empty', null, NOW);
  expect(store.groups.get('empty')?.domains).toEqual([]);
});

test('an unknown group and a name that is taken are told', async () => {
  const store = await open();
  const unknown = expect.objectContaining({ code: 'unknown-name' });
  expect(() => store.groups.add('none', [1])).toThrow(unknown);
  expect(() => store.groups.remove('none', [1])).toThrow(unknown);
  expect(() => store.groups.delete('none')).toThrow(unknown);
  store.groups.create('shops', null, NOW);
  expect(() => store.groups.create('shops', null, NOW)).toThrow(expect.objectContaining({ code: 'usage' }));
});
