/**
 * The SQLite driver that fits this Node. better-sqlite3 13 speaks Node-API and brings its binaries along, but
 * needs Node 22 (on 20 its binary crashes). 12 is compiled for the Node that installs it and runs on 20; above,
 * it must not be used: compiled for Node 24.19 to 24.21, it aborts the process when the garbage collector frees
 * a statement (nodejs/node#65446).
 */
import { createRequire } from 'node:module';
import type BetterSqlite from 'better-sqlite3';
import { MaintError } from '../model/errors.js';

type Driver = typeof BetterSqlite;

/** An open database file. */
export type Database = BetterSqlite.Database;

const FIRST_NODE_FOR_13 = 22;

/** Below this, two connections that write and checkpoint at once can damage a WAL database (sqlite.org/wal.html). */
const OLDEST_SQLITE = [3, 51, 3] as const;

/** The name under which package.json installs the driver for a Node version such as `20.20.2`. */
export function driverFor(nodeVersion: string): 'better-sqlite3' | 'better-sqlite3-node20' {
  return Number.parseInt(nodeVersion, 10) < FIRST_NODE_FOR_13 ? 'better-sqlite3-node20' : 'better-sqlite3';
}

/** @throws MaintError `store-unwritable` where the driver is not installed */
export function loadDriver(name: string): Driver {
  try {
    return createRequire(import.meta.url)(name);
  } catch (cause) {
    throw notUsable(name, cause);
  }
}

const DRIVER = driverFor(process.versions.node);

/** Opens a database file, as `better-sqlite3` does. */
export const Database: Driver = loadDriver(DRIVER);

/**
 * @throws MaintError `store-unwritable` where the driver's binary is missing or made for another Node, or where
 *   its SQLite is one that can damage a store
 */
export function requireSoundSqlite(): void {
  const version = sqliteVersion();
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const [needMajor, needMinor, needPatch] = OLDEST_SQLITE;
  const difference = major - needMajor || minor - needMinor || patch - needPatch;
  if (difference >= 0) return;
  throw new MaintError('store-unwritable', `SQLite ${version} has a fault that can damage the store.`, {
    hint: `Install a better-sqlite3 with SQLite ${OLDEST_SQLITE.join('.')} or newer.`,
  });
}

/** The driver loads its binary when the first database is opened, not before. */
export function sqliteVersion(): string {
  try {
    const database = new Database(':memory:');
    const version = String(database.prepare('select sqlite_version()').pluck().get());
    database.close();
    return version;
  } catch (cause) {
    throw notUsable(DRIVER, cause);
  }
}

function notUsable(name: string, cause: unknown): MaintError {
  const compiled = name === driverFor('20.0.0');
  return new MaintError('store-unwritable', `The SQLite driver ${name} does not load on this Node.`, {
    hint: compiled
      ? 'Run `npm rebuild`, with install scripts allowed and build tools at hand; Node 22 and newer need neither.'
      : 'Install again on this computer: the driver brings a binary for each platform.',
    cause,
  });
}
