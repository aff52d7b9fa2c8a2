import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { is } from 'drizzle-orm';
import { getTableConfig, getViewConfig, type SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import { APPLICATION_ID } from '../../../src/store/identity.js';
import { type Migration, packagedMigrations } from '../../../src/store/migrate.js';
import { openStore } from '../../../src/store/open.js';
import * as schema from '../../../src/store/schema.js';
import { Database } from '../../../src/store/sqlite.js';
import { addSites, NOW, newSite, open, raw, rejection, snapshot, temporaryFolder } from './store-fixture.js';

const now = () => new Date(NOW);
const next: Migration = {
  statements: ['alter table sites add column extra text', "update sites set extra = 'new'"],
};
const later = (...more: readonly Migration[]) => [...packagedMigrations(), ...more];
const BACKUP = `maint.db.backup-${packagedMigrations().length}-20261123T120000Z`;

async function oldStore(): Promise<string> {
  const path = join(temporaryFolder(), 'maint.db');
  const store = await openStore({ path, now });
  addSites(store, newSite('a.example', { tags: ['shop'] }), newSite('b.example'));
  store.groups.create('all', null, NOW);
  store.groups.add('all', [1, 2]);
  store.close();
  return path;
}

test('the packaged migrations mark the file and need no backup of nothing', async () => {
  const path = join(temporaryFolder(), 'maint.db');
  await open({ path });
  const database = raw(path);
  expect(database.pragma('application_id', { simple: true })).toBe(APPLICATION_ID);
  expect(database.pragma('user_version', { simple: true })).toBe(packagedMigrations().length);
  expect(readdirSync(join(path, '..')).filter((name) => name.includes('backup'))).toEqual([]);
});

test('the packaged migrations make the tables, columns and indexes of the schema', async () => {
  const path = join(temporaryFolder(), 'maint.db');
  await open({ path });
  const database = raw(path);
  const names = (sql: string, ...of: string[]) =>
    database
      .prepare(sql)
      .pluck()
      .all(...of);
  const tables = Object.values(schema).filter((value) => is(value, SQLiteTable));
  expect(tables.length).toBeGreaterThan(10);
  for (const { name, columns, indexes } of tables.map((table) => getTableConfig(table))) {
    expect(names('select name from pragma_table_info(?)', name), name).toEqual(
      columns.map((column) => column.name),
    );
    expect(names("select name from pragma_index_list(?) where origin = 'c'", name), name).toEqual(
      expect.arrayContaining(indexes.map((index) => index.config.name)),
    );
  }
  const { selectedFields } = getViewConfig(schema.catalogue);
  const viewColumns = Object.values(selectedFields).map((column) => (column as SQLiteColumn).name);
  expect(names("select name from pragma_table_info('catalogue') order by 1")).toEqual(viewColumns.sort());
});

test('a migration keeps the rows and leaves a private, complete backup of before', async () => {
  const path = await oldStore();
  const store = await open({ path, migrations: later(next) });
  expect(store.sites.domains()).toEqual(['a.example', 'b.example']);
  expect(raw(path).prepare('select extra from sites').pluck().all()).toEqual(['new', 'new']);
  const backup = join(path, '..', BACKUP);
  expect(statSync(backup).mode & 0o777).toBe(0o600);
  const before = await open({ path: backup, readonly: true });
  expect(before.sites.byDomain('a.example')?.tags).toEqual(['shop']);
  expect(raw(backup).pragma('user_version', { simple: true })).toBe(packagedMigrations().length);
});

test('events of before their choices were stored count as taking routes over and choosing no limit', async () => {
  const path = join(temporaryFolder(), 'maint.db');
  const first = packagedMigrations().slice(0, 3);
  (await openStore({ path, now, migrations: first })).close();
  raw(path).exec(
    `insert into events (id, kind, actor, host, since, auto_end, bypass_secret, allow_ips, allow_paths)
    values ('e1', 'manual', 'ann', 'desk', '${NOW}', 1, 'secret', '[]', '[]')`,
  );
  raw(path).exec(
    `insert into event_sites (event_id, domain, zone_id, zone_name, account_id, patterns, state)
    values ('e1', 'a.example', 'zone', 'a.example', 'account-1', '[]', 'up')`,
  );
  const store = await open({ path });
  addSites(store, newSite('a.example'));
  expect(store.events.get('e1')).toMatchObject({
    autoEnd: true,
    existingRoutes: 'take-over',
    onLimit: null,
  });
  expect(store.events.openSites(['a.example'])).toMatchObject([{ eventId: 'e1' }]);
  expect(store.sites.byDomain('a.example')?.maintenance).toMatchObject({
    eventId: 'e1',
    autoEnd: true,
    existingRoutes: 'take-over',
  });
});

test('a table may be built anew under its name: rows, references and the view survive', async () => {
  const path = await oldStore();
  const { sql } = raw(path).prepare("select sql from sqlite_schema where name = 'sites'").get() as {
    sql: string;
  };
  const rebuild: Migration = {
    statements: [
      'PRAGMA foreign_keys=OFF',
      sql.replace('`sites`', '`__new_sites`'),
      'INSERT INTO __new_sites SELECT * FROM sites',
      'DROP TABLE sites',
      'ALTER TABLE __new_sites RENAME TO sites',
      'PRAGMA foreign_keys=ON',
    ],
  };
  const store = await open({ path, migrations: later(rebuild) });
  const [site] = store.sites.select();
  expect(site).toMatchObject({ domain: 'a.example', tags: ['shop'], groups: ['all'], state: 'active' });
  store.sites.remove([site?.id ?? 0]);
  expect(store.groups.get('all')?.domains).toEqual(['b.example']);
});

test.each([
  ['in its first statement', [{ statements: ['alter table nowhere add x'] }]],
  ['after statements that worked', [{ statements: [...next.statements, 'drop table nowhere'] }]],
  ['in the second of two', [next, { statements: ['drop table nowhere'] }]],
  ['by leaving references to nothing', [{ statements: ['delete from sites'] }]],
])('a migration that fails %s changes nothing, and the old program goes on', async (_where, more) => {
  const path = await oldStore();
  const before = readFileSync(path);
  const error = await rejection(open({ path, migrations: later(...more) }));
  expect(error).toMatchObject({ code: 'store-unwritable' });
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(join(path, '..'))).toEqual(['maint.db']);
  const store = await open({ path });
  expect(store.sites.domains()).toEqual(['a.example', 'b.example']);
  expect(store.groups.get('all')?.domains).toEqual(['a.example', 'b.example']);
});

test('where the backup cannot be made, nothing is migrated', async () => {
  const path = await oldStore();
  // A folder in its place keeps the backup from being written.
  mkdirSync(join(path, '..', BACKUP));
  expect(await rejection(open({ path, migrations: later(next) }))).toMatchObject({
    code: 'store-unwritable',
  });
  const database = new Database(path, { readonly: true });
  expect(database.pragma('user_version', { simple: true })).toBe(packagedMigrations().length);
  database.close();
});

test('several starters of a newer program: one migrates, one backup, all work', async () => {
  const path = await oldStore();
  const stores = await Promise.all(Array.from({ length: 4 }, () => open({ path, migrations: later(next) })));
  expect(stores.map((store) => store.sites.count())).toEqual([2, 2, 2, 2]);
  expect(Object.keys(snapshot(join(path, '..'))).filter((name) => name.includes('backup'))).toEqual([BACKUP]);
});

test('a process that opened before a newer one migrated is refused at its next start', async () => {
  const path = await oldStore();
  await open({ path, migrations: later(next) });
  expect(await rejection(open({ path }))).toMatchObject({ code: 'store-newer' });
});
