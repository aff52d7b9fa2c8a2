import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backupStore } from '../../../src/store/backup.js';
import { WHOLE_CHECK_BYTES } from '../../../src/store/look.js';
import { openStore } from '../../../src/store/open.js';
import { Database } from '../../../src/store/sqlite.js';
import { addSites, NOW, newSite, open, raw, rejection, snapshot, temporaryFolder } from './store-fixture.js';

/** A closed store with some rows. */
async function storeFile(folder: string, sites = 50): Promise<string> {
  const path = join(folder, 'maint.db');
  const store = await openStore({ path, now: () => new Date(NOW) });
  addSites(
    store,
    ...Array.from({ length: sites }, (_, n) => newSite(`site-${n}.example`, { tags: ['shop'] })),
  );
  store.close();
  return path;
}

function edit(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

/** Opening must fail with the code, for both ways of opening, and leave each byte and name as it was. */
async function expectRefused(path: string, code: string): Promise<Error & { hint?: string }> {
  const folder = join(path, '..');
  const before = snapshot(folder);
  const error = await rejection(open({ path }));
  expect(await rejection(open({ path, readonly: true }))).toMatchObject({ code });
  expect(snapshot(folder)).toEqual(before);
  expect(error).toMatchObject({ code });
  return error as Error & { hint?: string };
}

test('a newer database', async () => {
  const path = await storeFile(temporaryFolder());
  edit(path, 'pragma user_version = 99');
  const error = await expectRefused(path, 'store-newer');
  expect(error.message).toContain('99');
});

test('a newer database whose version is only in the write-ahead log', async () => {
  const folder = temporaryFolder();
  const live = await storeFile(temporaryFolder());
  const writer = raw(live);
  writer.exec('pragma user_version = 99');
  const path = join(folder, 'maint.db');
  for (const suffix of ['', '-wal']) copyFileSync(live + suffix, path + suffix);
  await expectRefused(path, 'store-newer');
});

test('a database of another program, with and without a mark of its own', async () => {
  const path = join(temporaryFolder(), 'maint.db');
  edit(path, 'create table notes (text)');
  expect((await expectRefused(path, 'store-damaged')).message).toContain('another program');
  edit(path, 'pragma application_id = 7; pragma user_version = 1');
  await expectRefused(path, 'store-damaged');
});

test('a store whose version was lost', async () => {
  const path = await storeFile(temporaryFolder());
  edit(path, 'pragma user_version = 0');
  await expectRefused(path, 'store-damaged');
});

test('a file that is no database', async () => {
  const path = join(temporaryFolder(), 'maint.db');
  writeFileSync(path, 'SQLite? Not at all.\n'.repeat(500));
  expect((await expectRefused(path, 'store-damaged')).message).toContain('no SQLite database');
});

test('a database whose end is missing', async () => {
  const path = await storeFile(temporaryFolder());
  truncateSync(path, 20_000);
  await expectRefused(path, 'store-damaged');
});

test('a database with a page of nonsense', async () => {
  const path = await storeFile(temporaryFolder());
  const bytes = readFileSync(path);
  const page = 4_096;
  for (const number of [1, 2, 5, 9, 20]) {
    const broken = Buffer.from(bytes);
    broken.fill(0xa5, number * page, (number + 1) * page);
    writeFileSync(path, broken);
    await expectRefused(path, 'store-damaged');
  }
});

test('large files: newer, foreign and cut ones are told by the header', async () => {
  const path = await storeFile(temporaryFolder());
  edit(
    path,
    `insert into log (at, level, action, actor, message) values ('', 'info', '', '', zeroblob(${WHOLE_CHECK_BYTES}))`,
  );
  const sound = readFileSync(path);
  edit(path, 'pragma user_version = 99');
  await expectRefused(path, 'store-newer');
  writeFileSync(path, sound);
  edit(path, 'pragma application_id = 7');
  await expectRefused(path, 'store-damaged');
  writeFileSync(path, sound.subarray(0, WHOLE_CHECK_BYTES + 100));
  await expectRefused(path, 'store-damaged');
  writeFileSync(path, sound);
  expect((await open({ path })).sites.count()).toBe(50);
});

test('the advice names the newest backup that is good', async () => {
  const path = await storeFile(temporaryFolder());
  backupStore(path, `${path}.backup-1-20260101T000000Z`);
  backupStore(path, `${path}.backup-1-20260201T000000Z`);
  writeFileSync(`${path}.backup-1-20260301T000000Z`, 'damaged as well');
  writeFileSync(path, 'not a database');
  const { hint } = await expectRefused(path, 'store-damaged');
  expect(hint).toContain('maint.db.backup-1-20260201T000000Z');
});

test('without a backup the advice is to start anew and recover', async () => {
  const path = join(temporaryFolder(), 'maint.db');
  writeFileSync(path, 'not a database');
  expect((await expectRefused(path, 'store-damaged')).hint).toContain('maint recover');
});

test('a file of no length is a new store', async () => {
  const path = join(temporaryFolder(), 'maint.db');
  writeFileSync(path, '');
  expect((await open({ path })).sites.count()).toBe(0);
});

test('damage that shows only later still comes out as damage', async () => {
  const path = await storeFile(temporaryFolder());
  const store = await open({ path });
  edit(path, `update sites set own_hostnames = 'no json' where domain = 'site-1.example'`);
  expect(() => store.sites.select()).toThrow(expect.objectContaining({ code: 'store-damaged' }));
});
