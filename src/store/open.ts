import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { assembleStore, type Surroundings } from './assemble.js';
import { backupPath, backupStore } from './backup.js';
import { type Connection, connect } from './connection.js';
import { makePrivateFile, statePlainFile, tightenMode } from './files.js';
import { imageOf } from './image.js';
import { checkImage, lookAt, newer } from './look.js';
import { type Migration, migrate, packagedMigrations } from './migrate.js';
import { patiently } from './patience.js';
import { Database, requireSoundSqlite } from './sqlite.js';
import { translate } from './sqlite-errors.js';
import type { Store } from './store.js';

export interface OpenOptions {
  /** The SQLite file, or `:memory:`. */
  readonly path: string;
  /** The clock, for the name of a backup. */
  readonly now: () => Date;
  /** Nothing is written, not even beside the file: the store is a copy in memory. For dry runs. */
  readonly readonly?: boolean;
  /** Told of each wait for another process, in milliseconds. */
  readonly onWait?: (ms: number) => void;
  /** Whether a process of this machine lives; by default asked of the operating system. */
  readonly isAlive?: (pid: number) => boolean;
  /** This machine's name; by default the operating system's. */
  readonly host?: string;
  /** Other migrations than those of the package, for tests. */
  readonly migrations?: readonly Migration[];
}

/** Two connections to one file; for a database in memory, twice the same. */
interface Connections {
  readonly main: Connection;
  readonly budget: Connection;
}

/** How long one try to open waits inside SQLite, in milliseconds; between tries the event loop runs. */
const OPENING_TIMEOUT_MS = 50;

/**
 * Opens the store, making or migrating the file as needed.
 *
 * @throws MaintError `store-newer` or `store-damaged`, and then not one byte was written;
 *   `store-unwritable` where the file or its folder cannot be used or stays locked for 10 s
 */
export async function openStore(options: OpenOptions): Promise<Store> {
  requireSoundSqlite();
  const migrations = options.migrations ?? packagedMigrations();
  const surroundings: Surroundings = {
    path: options.path,
    host: options.host ?? hostname(),
    isAlive: options.isAlive ?? processLives,
  };
  try {
    const { main, budget } = await connections(options, migrations);
    return assembleStore(main, budget, surroundings);
  } catch (error) {
    throw translate(error, options.path);
  }
}

async function connections(options: OpenOptions, migrations: readonly Migration[]): Promise<Connections> {
  const { path, readonly = false, onWait } = options;
  if (path === ':memory:') return inMemory(new Database(path), path, migrations);
  const found = statePlainFile(path);
  if (!readonly) return onDisk(options, migrations, found !== null);
  const image = found === null ? Buffer.alloc(0) : await patiently(() => imageOf(path), onWait);
  const version = checkImage(path, image);
  if (version > migrations.length) throw newer(path, version, migrations.length);
  return inMemory(image.length === 0 ? new Database(':memory:') : new Database(image), path, migrations);
}

function inMemory(client: Database, path: string, migrations: readonly Migration[]): Connections {
  migrate(client, path, migrations, () => {});
  const connection = connect(client, 'FULL');
  return { main: connection, budget: connection };
}

async function onDisk(
  options: OpenOptions,
  migrations: readonly Migration[],
  exists: boolean,
): Promise<Connections> {
  const { path, onWait, now } = options;
  if (exists) await patiently(() => lookAt(path, migrations.length), onWait);
  else makePrivateFile(path);
  tightenMode(path);
  const backups: string[] = [];
  const backUp = (version: number) => {
    const target = backupPath(path, version, now());
    backupStore(path, target);
    backups.push(target);
  };
  const client = new Database(path, { fileMustExist: true, timeout: OPENING_TIMEOUT_MS });
  try {
    await patiently(() => client.pragma('journal_mode = WAL'), onWait);
    client.pragma('synchronous = FULL');
    const migrated = await patiently(() => migrate(client, path, migrations, backUp), onWait);
    // Into the main file, where an older program finds the new version without reading the log.
    if (migrated) client.pragma('wal_checkpoint(TRUNCATE)');
    // The budget is written before every request, and what a power cut takes from it does no harm; without
    // waiting for the disk each time, NORMAL keeps it whole through any death of the process.
    const ledger = new Database(path, { fileMustExist: true });
    return { main: connect(client, 'FULL'), budget: connect(ledger, 'NORMAL') };
  } catch (error) {
    client.close();
    // Nothing was changed, so a backup would be one copy more at each try.
    for (const backup of backups) rmSync(backup, { force: true });
    throw error;
  }
}

function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The signal may not be sent to a process of another user: so there is one.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
