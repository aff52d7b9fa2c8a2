import { chmodSync, copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packagedMigrations } from '../../../src/store/migrate.js';
import { openStore } from '../../../src/store/open.js';
import { addSites, NOW, newSite, open, raw, snapshot, temporaryFolder } from './store-fixture.js';

const now = () => new Date(NOW);

test('without a file there is an empty store, and neither file nor folder is made', async () => {
  const folder = temporaryFolder();
  const store = await open({ path: join(folder, 'state', 'maint.db'), readonly: true });
  expect(store.sites.count()).toBe(0);
  expect(existsSync(join(folder, 'state'))).toBe(false);
});

test('shows a closed store, takes writes, and leaves every byte as it was', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'maint.db');
  const first = await openStore({ path, now });
  addSites(first, newSite('a.example'));
  first.close();
  const before = snapshot(folder);
  const store = await open({ path, readonly: true });
  addSites(store, newSite('b.example'));
  expect(store.budget.take('token', 0, 10)).toBe(0);
  expect(store.sites.domains()).toEqual(['a.example', 'b.example']);
  store.close();
  expect(snapshot(folder)).toEqual(before);
});

test('shows what another process has only in its write-ahead log', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'maint.db');
  const live = await open({ path });
  addSites(live, newSite('a.example'));
  const before = snapshot(folder);
  const store = await open({ path, readonly: true });
  expect(store.sites.domains()).toEqual(['a.example']);
  expect(snapshot(folder)).toEqual(before);
});

test('shows what a killed process left, also where the shared-memory file is gone', async () => {
  const live = join(temporaryFolder(), 'maint.db');
  addSites(await open({ path: live }), newSite('a.example'));
  const folder = temporaryFolder();
  const path = join(folder, 'maint.db');
  for (const suffix of ['', '-wal', '-shm']) copyFileSync(live + suffix, path + suffix);
  for (const prepare of [() => {}, () => rmSync(`${path}-shm`)]) {
    prepare();
    const before = snapshot(folder);
    const store = await open({ path, readonly: true });
    expect(store.sites.domains()).toEqual(['a.example']);
    expect(snapshot(folder)).toEqual(before);
  }
});

test('works in a folder that nobody may write to', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'maint.db');
  const first = await openStore({ path, now });
  addSites(first, newSite('a.example'));
  first.close();
  chmodSync(path, 0o400);
  chmodSync(folder, 0o500);
  onTestFinished(() => chmodSync(folder, 0o700));
  expect((await open({ path, readonly: true })).sites.count()).toBe(1);
});

test('an older store is migrated in the copy only', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'maint.db');
  const first = await openStore({ path, now });
  addSites(first, newSite('a.example'));
  first.close();
  const before = snapshot(folder);
  const migrations = [...packagedMigrations(), { statements: ['alter table sites add column extra text'] }];
  const store = await open({ path, readonly: true, migrations });
  expect(store.sites.count()).toBe(1);
  store.close();
  expect(snapshot(folder)).toEqual(before);
  expect(raw(path).pragma('user_version', { simple: true })).toBe(packagedMigrations().length);
});
