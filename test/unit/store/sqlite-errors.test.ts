import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MaintError } from '../../../src/model/errors.js';
import { translate, translatingAll } from '../../../src/store/sqlite-errors.js';
import { raw, temporaryFolder } from './store-fixture.js';

/** What `work` throws. */
function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

const folder = '/state/maint.db';

test('a full disk, as SQLite tells it', () => {
  const database = raw(join(temporaryFolder(), 'x.db'));
  database.exec('create table t (x)');
  database.pragma('max_page_count = 2');
  const error = translate(
    thrown(() => database.exec('insert into t values (zeroblob(100000))')),
    folder,
  );
  expect(error).toMatchObject({
    code: 'store-unwritable',
    message: 'The store /state/maint.db cannot be used: the disk is full.',
    hint: expect.stringContaining('Free some space'),
  });
});

test('a file that may not be written, a missing folder, and one that is no database', () => {
  const place = temporaryFolder();
  const readonly = raw(join(place, 'x.db'));
  readonly.exec('create table t (x)');
  readonly.pragma('query_only = on');
  expect(
    translate(
      thrown(() => readonly.exec('insert into t values (1)')),
      folder,
    ),
  ).toMatchObject({
    code: 'store-unwritable',
  });
  mkdirSync(join(place, 'folder.db'));
  expect(
    translate(
      thrown(() => raw(join(place, 'folder.db'))),
      folder,
    ),
  ).toMatchObject({
    code: 'store-unwritable',
    message: expect.stringContaining('cannot be opened'),
  });
  writeFileSync(join(place, 'text.db'), 'x'.repeat(5_000));
  const damage = translate(
    thrown(() => raw(join(place, 'text.db')).pragma('user_version')),
    folder,
  );
  expect(damage).toMatchObject({ code: 'store-damaged', hint: expect.stringContaining('left as it is') });
});

test.each([
  ['ENOSPC', 'store-unwritable'],
  ['EROFS', 'store-unwritable'],
  ['EACCES', 'store-unwritable'],
  ['SQLITE_IOERR_WRITE', 'store-unwritable'],
  ['SQLITE_BUSY_SNAPSHOT', 'store-unwritable'],
  ['SQLITE_CORRUPT_INDEX', 'store-damaged'],
  ['SQLITE_NOTADB', 'store-damaged'],
])('%s is %s, also as the cause of another error', (code, expected) => {
  const inner = Object.assign(new Error('x'), { code });
  const outer = new Error('query failed', { cause: inner });
  for (const error of [inner, outer]) {
    const translated = translate(error, folder);
    expect(translated).toMatchObject({ code: expected, message: expect.stringContaining(folder) });
    expect((translated as Error).cause).toBe(error);
  }
});

test('an error of ours and a mistake of ours stay what they are', () => {
  const ours = new MaintError('unknown-name', 'x');
  const bug = new TypeError('x');
  const system = thrown(() => readFileSync('/nowhere/at/all'));
  expect(translate(ours, folder)).toBe(ours);
  expect(translate(bug, folder)).toBe(bug);
  expect(translate('text', folder)).toBe('text');
  expect(translate(system, folder)).toMatchObject({ code: 'store-unwritable' });
});

test('every method of a table is translated', () => {
  const place = temporaryFolder();
  rmSync(place, { recursive: true });
  const table = translatingAll(folder, {
    read: (name: string) => readFileSync(join(place, name)),
    one: () => 1,
  });
  expect(table.one()).toBe(1);
  expect(() => table.read('x')).toThrow(expect.objectContaining({ code: 'store-unwritable' }));
});
