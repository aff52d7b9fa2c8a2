import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/store/connection.js';
import { openStore } from '../../../src/store/open.js';
import { Database } from '../../../src/store/sqlite.js';
import { addSites, NOW, newSite, open, raw, rejection, temporaryFolder } from './store-fixture.js';

const modeOf = (path: string) => statSync(path).mode & 0o777;

test('makes folders and files for their owner alone, whatever the umask', async () => {
  const folder = temporaryFolder();
  const umask = process.umask(0);
  onTestFinished(() => void process.umask(umask));
  const path = join(folder, 'state', 'maint', 'maint.db');
  const store = await open({ path });
  store.sites.insert([newSite('a.example')], NOW);
  expect(modeOf(join(folder, 'state'))).toBe(0o700);
  expect(modeOf(join(folder, 'state', 'maint'))).toBe(0o700);
  for (const file of ['maint.db', 'maint.db-wal', 'maint.db-shm']) {
    expect(modeOf(join(folder, 'state', 'maint', file)), file).toBe(0o600);
  }
});

test('makes a usable file under a strict umask too', async () => {
  const folder = temporaryFolder();
  const umask = process.umask(0o777);
  onTestFinished(() => void process.umask(umask));
  const path = join(folder, 'state', 'maint.db');
  await open({ path });
  expect(modeOf(path)).toBe(0o600);
});

test('tightens a file that others could read, and leaves the mode of a folder that was there', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'maint.db');
  (await openStore({ path, now: () => new Date(NOW) })).close();
  chmodSync(path, 0o664);
  chmodSync(folder, 0o755);
  await open({ path });
  expect(modeOf(path)).toBe(0o600);
  expect(modeOf(folder)).toBe(0o755);
});

test('keeps what was written, and leaves no other file behind', async () => {
  const path = join(temporaryFolder(), 'maint.db');
  const first = await openStore({ path, now: () => new Date(NOW) });
  addSites(first, newSite('a.example', { tags: ['shop', 'critical'] }));
  first.close();
  expect(readdirSync(join(path, '..'))).toEqual(['maint.db']);
  const second = await open({ path });
  expect(second.sites.byDomain('a.example')?.tags).toEqual(['critical', 'shop']);
});

test('refuses a symbolic link, a folder, and a path below a file', async () => {
  const folder = temporaryFolder();
  const target = join(folder, 'elsewhere.db');
  symlinkSync(target, join(folder, 'link.db'));
  mkdirSync(join(folder, 'folder.db'));
  writeFileSync(join(folder, 'file'), '');
  for (const name of ['link.db', 'folder.db', 'file/maint.db']) {
    const error = await rejection(open({ path: join(folder, name) }));
    expect(error, name).toMatchObject({ code: 'store-unwritable' });
    expect((error as Error).message).toContain(join(folder, name));
  }
  expect(existsSync(target)).toBe(false);
});

test('commits are synced before they count, references hold, the schema is not trusted', async () => {
  const path = join(temporaryFolder(), 'maint.db');
  const pragmas: unknown[] = [];
  await open({ path });
  const client = new Database(path);
  const connection = connect(client, 'FULL');
  for (const name of ['journal_mode', 'synchronous', 'foreign_keys', 'trusted_schema']) {
    pragmas.push(client.pragma(name, { simple: true }));
  }
  connection.close();
  expect(pragmas).toEqual(['wal', 2, 1, 0]);
});

test('waits for another process without holding up the event loop, and tells of it', async () => {
  const path = join(temporaryFolder(), 'maint.db');
  raw(path).exec('pragma journal_mode = wal');
  const other = raw(path);
  other.exec('begin immediate');
  let ticks = 0;
  let waited = 0;
  const timer = setInterval(() => {
    if (++ticks === 20) other.exec('rollback');
  }, 5);
  const store = await open({ path, onWait: (ms) => (waited += ms) });
  clearInterval(timer);
  expect(ticks).toBeGreaterThanOrEqual(20);
  expect(waited).toBeGreaterThan(0);
  expect(store.sites.count()).toBe(0);
});

test('of many that start at once, one migrates and all get the same store', async () => {
  const path = join(temporaryFolder(), 'maint.db');
  const stores = await Promise.all(Array.from({ length: 6 }, () => open({ path })));
  stores.forEach((store, number) => void addSites(store, newSite(`s${number}.example`)));
  expect(stores.map((store) => store.sites.count())).toEqual([6, 6, 6, 6, 6, 6]);
});

test('a write that another process keeps locked fails as unwritable, with a next step', async () => {
  const path = join(temporaryFolder(), 'maint.db');
  const store = await open({ path });
  const other = raw(path);
  other.exec('begin immediate');
  expect(() => store.sites.insert([newSite('a.example')], NOW)).toThrow(
    expect.objectContaining({ code: 'store-unwritable', hint: expect.stringContaining('other run') }),
  );
  other.exec('rollback');
  store.sites.insert([newSite('a.example')], NOW);
  expect(store.sites.count()).toBe(1);
});

test('a transaction is whole or nothing, also inside another', async () => {
  const store = await open();
  expect(() =>
    store.transaction(() => {
      store.sites.insert([newSite('a.example')], NOW);
      throw new Error('stop');
    }),
  ).toThrow('stop');
  expect(store.sites.count()).toBe(0);
  store.transaction(() => {
    store.sites.insert([newSite('a.example')], NOW);
    expect(() =>
      store.transaction(() => {
        store.sites.insert([newSite('b.example')], NOW);
        throw new Error('stop');
      }),
    ).toThrow('stop');
  });
  expect(store.sites.domains()).toEqual(['a.example']);
});
