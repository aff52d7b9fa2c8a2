import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { imageOf } from '../../../src/store/image.js';
import { Database } from '../../../src/store/sqlite.js';
import { raw, temporaryFolder } from './store-fixture.js';

/** What happens just before the next copy of a file; set by a test. */
const meanwhile = vi.hoisted(() => ({ work: (_file: string): void => {} }));

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  const copyFileSync: typeof fs.copyFileSync = (from, to, mode) => {
    meanwhile.work(String(from));
    real.copyFileSync(from, to, mode);
  };
  return { ...real, copyFileSync };
});

afterEach(() => {
  meanwhile.work = () => {};
});

function valuesIn(image: Buffer): unknown[] {
  const database = new Database(image);
  try {
    return database.prepare('select a from t').pluck().all();
  } finally {
    database.close();
  }
}

/** A database whose one row is in its write-ahead log only, and how its last process leaves it. */
function withLog() {
  const path = join(temporaryFolder(), 'x.db');
  const writer = raw(path);
  writer.pragma('journal_mode = wal');
  writer.exec("create table t (a); insert into t values ('kept')");
  return { path, leave: () => writer.close() };
}

test('what is in the log only is part of the image, and no file is touched', () => {
  const { path } = withLog();
  const before = fs.readdirSync(join(path, '..'));
  expect(valuesIn(imageOf(path))).toEqual(['kept']);
  expect(fs.readdirSync(join(path, '..'))).toEqual(before);
});

test('a log that is taken away between the look and the copy is no error', () => {
  const { path, leave } = withLog();
  meanwhile.work = (file) => {
    if (file.endsWith('-wal')) leave();
  };
  expect(valuesIn(imageOf(path))).toEqual(['kept']);
  expect(fs.existsSync(`${path}-wal`)).toBe(false);
});

test('a file that cannot be read, and did not change, fails as itself', () => {
  const { path } = withLog();
  meanwhile.work = () => {
    throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
  };
  expect(() => imageOf(path)).toThrow('no space');
});
