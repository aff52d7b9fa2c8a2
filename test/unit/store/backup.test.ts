import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backupPath, backupStore, newestGoodBackup } from '../../../src/store/backup.js';
import { addSites, NOW, newSite, open, snapshot, temporaryFolder } from './store-fixture.js';

test('a backup of a store in use holds every commit, is private, and opens as a store', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'maint.db');
  const store = await open({ path });
  addSites(store, newSite('a.example', { tags: ['x'] }));
  const target = join(folder, 'copies', 'copy.db');
  backupStore(path, target);
  addSites(store, newSite('b.example'));
  expect(statSync(target).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, 'copies'))).toEqual(['copy.db']);
  const copy = await open({ path: target });
  expect(copy.sites.select()).toMatchObject([{ domain: 'a.example', tags: ['x'] }]);
});

test('a file that is there is not overwritten', async () => {
  const path = join(temporaryFolder(), 'maint.db');
  await open({ path });
  const target = `${path}.copy`;
  writeFileSync(target, 'precious');
  const before = snapshot(join(path, '..'))['maint.db.copy'];
  expect(() => backupStore(path, target)).toThrow(expect.objectContaining({ code: 'store-unwritable' }));
  expect(snapshot(join(path, '..'))['maint.db.copy']).toBe(before);
});

test('what cannot be copied leaves no file that looks like a backup', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'maint.db');
  writeFileSync(path, 'no database'.repeat(1_000));
  expect(() => backupStore(path, `${path}.copy`)).toThrow(expect.objectContaining({ code: 'store-damaged' }));
  expect(() => backupStore(join(folder, 'none.db'), `${path}.copy`)).toThrow(
    expect.objectContaining({ code: 'store-unwritable' }),
  );
  expect(readdirSync(folder)).toEqual(['maint.db']);
});

test('the newest good backup goes by its time, not by its version or name', async () => {
  const path = join(temporaryFolder(), 'maint.db');
  await open({ path });
  expect(newestGoodBackup(path)).toBeNull();
  for (const [version, time] of [
    [9, '2026-01-02T00:00:00.500Z'],
    [10, '2026-01-01T00:00:00Z'],
  ] as const) {
    backupStore(path, backupPath(path, version, new Date(time)));
  }
  writeFileSync(`${path}.backup-11-20270101T000000Z.partial`, 'half');
  expect(newestGoodBackup(path)).toBe(`${path}.backup-9-20260102T000000Z`);
  expect(backupPath(path, 3, new Date(NOW))).toBe(`${path}.backup-3-20261123T120000Z`);
});
