import { expect, test } from 'vitest';
import { Database, driverFor, loadDriver, requireSoundSqlite } from '../../../src/store/sqlite.js';

test.each([
  ['20.19.0', 'better-sqlite3-node20'],
  ['20.20.2', 'better-sqlite3-node20'],
  ['22.0.0', 'better-sqlite3'],
  ['24.21.0', 'better-sqlite3'],
  ['26.10.0', 'better-sqlite3'],
])('Node %s gets %s', (version, driver) => {
  expect(driverFor(version)).toBe(driver);
});

test('the driver of this Node loads, and its SQLite is sound', () => {
  expect(() => requireSoundSqlite()).not.toThrow();
  const database = new Database(':memory:');
  expect(database.prepare('select 1').pluck().get()).toBe(1);
  database.close();
});

test('a driver that is not installed is named, with a next step', () => {
  expect(() => loadDriver('better-sqlite3-not-there')).toThrow(
    expect.objectContaining({
      code: 'store-unwritable',
      message: 'The SQLite driver better-sqlite3-not-there does not load on this Node.',
      hint: expect.stringContaining('Install again'),
    }),
  );
});
