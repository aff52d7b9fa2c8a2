import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backupStore } from '../../../src/store/backup.js';
import { storeHealth } from '../../../src/store/health.js';
import { Database } from '../../../src/store/sqlite.js';
import { addSites, newSite, open, snapshot, temporaryFolder } from './store-fixture.js';

/** A closed store with some sites in a folder of its own. */
async function madeStore(): Promise<{ folder: string; path: string }> {
  const folder = temporaryFolder();
  const path = join(folder, 'maint.db');
  const store = await open({ path });
  addSites(store, newSite('a.example'), newSite('b.example'));
  store.close();
  return { folder, path };
}

test('a whole store is whole, and not a byte of it is written', async () => {
  const { folder, path } = await madeStore();
  const before = snapshot(folder);
  const health = await storeHealth(path);
  expect(health).toMatchObject({
    exists: true,
    fault: null,
    danglingRows: 0,
    exposed: [],
    newestBackup: null,
  });
  expect(health.freeBytes).toBeGreaterThan(0);
  expect(snapshot(folder)).toEqual(before);
});

test('without a file there is none, and the disk is that of the nearest folder', async () => {
  const health = await storeHealth(join(temporaryFolder(), 'not', 'made', 'maint.db'));
  expect(health).toMatchObject({ exists: false, fault: null });
  expect(health.freeBytes).toBeGreaterThan(0);
  expect(await storeHealth(':memory:')).toMatchObject({ exists: false, freeBytes: null });
});

test('names the newest backup that is good', async () => {
  const { path } = await madeStore();
  backupStore(path, `${path}.backup-by-hand-20260101T000000Z`);
  writeFileSync(`${path}.backup-by-hand-20260201T000000Z`, 'no database');
  expect((await storeHealth(path)).newestBackup).toBe(`${path}.backup-by-hand-20260101T000000Z`);
});

test('finds a page that is damaged', async () => {
  const { path } = await madeStore();
  const bytes = readFileSync(path);
  bytes.fill(0x5a, 8_192, 12_288);
  writeFileSync(path, bytes);
  expect((await storeHealth(path)).fault).toMatchObject({ code: 'store-damaged' });
});

test('finds an index that does not fit its table, which opening passes over', async () => {
  const { path } = await madeStore();
  const change = (sql: string) => {
    const database = new Database(path);
    database.unsafeMode(true);
    database.pragma('writable_schema = ON');
    database.exec(sql);
    database.close();
  };
  change('create index extra on sites (project)');
  change("create table aside as select * from sqlite_schema where name = 'extra'");
  change("delete from sqlite_schema where name = 'extra'");
  change("update sites set project = 'moved'");
  change('insert into sqlite_schema select * from aside');
  expect((await storeHealth(path)).fault).toMatchObject({ code: 'store-damaged' });
});

test('counts rows that refer to rows that are gone', async () => {
  const { path } = await madeStore();
  const database = new Database(path);
  database.pragma('foreign_keys = OFF');
  database.exec("insert into site_tags (site_id, tag) values (4711, 'x')");
  database.close();
  expect((await storeHealth(path)).danglingRows).toBe(1);
});

test('names what others may read: the files, and a folder that is ours alone', async () => {
  const folder = join(temporaryFolder(), 'maint');
  mkdirSync(folder, { mode: 0o755 });
  const path = join(folder, 'maint.db');
  (await open({ path })).close();
  chmodSync(path, 0o640);
  expect((await storeHealth(path)).exposed).toEqual([
    { path: folder, mode: '0755' },
    { path, mode: '0640' },
  ]);
});

test('does not follow a symbolic link', async () => {
  const { folder, path } = await madeStore();
  const link = join(folder, 'link.db');
  symlinkSync(path, link);
  expect((await storeHealth(link)).fault).toMatchObject({ code: 'store-unwritable' });
  rmSync(link);
});
