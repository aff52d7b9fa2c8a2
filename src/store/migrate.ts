import { readMigrationFiles } from 'drizzle-orm/migrator';
import { MaintError } from '../model/errors.js';
import { packagedPath } from '../package-files.js';
import { APPLICATION_ID, versionOf } from './identity.js';
import { newer } from './look.js';
import type { Database } from './sqlite.js';
import { translate, unwritable } from './sqlite-errors.js';

/** One generated file of `drizzle/`, split into its statements. */
export interface Migration {
  readonly statements: readonly string[];
}

/** The migrations that come with the package, oldest first. */
export function packagedMigrations(): readonly Migration[] {
  return readMigrationFiles({ migrationsFolder: packagedPath('drizzle') }).map(({ sql }) => ({
    statements: sql,
  }));
}

/**
 * Applies the migrations that the database lacks, all of them or none. Look and change are one write
 * transaction, so that of two processes one migrates and the other finds it done.
 *
 * @returns whether anything was applied
 * @param backUp called with the version found, before a database that holds something is changed
 * @throws MaintError `store-newer`; `store-unwritable` where a migration fails: the database is as before
 */
export function migrate(
  database: Database,
  path: string,
  migrations: readonly Migration[],
  backUp: (version: number) => void,
): boolean {
  if (versionOf(database) === migrations.length) return false;
  // A generated migration changes a table by building it anew under its name. References to it must survive
  // that, and both switches do nothing inside a transaction.
  database.pragma('foreign_keys = OFF');
  database.pragma('legacy_alter_table = ON');
  try {
    return database.transaction(() => applyMissing(database, path, migrations, backUp)).immediate();
  } finally {
    database.pragma('legacy_alter_table = OFF');
    database.pragma('foreign_keys = ON');
  }
}

function applyMissing(
  database: Database,
  path: string,
  migrations: readonly Migration[],
  backUp: (version: number) => void,
): boolean {
  const version = versionOf(database);
  if (version > migrations.length) throw newer(path, version, migrations.length);
  if (version === migrations.length) return false;
  if (version > 0) backUp(version);
  try {
    for (const { statements } of migrations.slice(version)) {
      for (const statement of statements) database.exec(statement);
    }
    const broken = database.pragma('foreign_key_check') as readonly unknown[];
    if (broken.length > 0) throw new Error(`${broken.length} references would point nowhere`);
  } catch (error) {
    throw failed(error, path);
  }
  database.pragma(`application_id = ${APPLICATION_ID}`);
  database.pragma(`user_version = ${migrations.length}`);
  return true;
}

function failed(error: unknown, path: string): unknown {
  const known = translate(error, path);
  if (known instanceof MaintError) return known;
  const why = error instanceof Error ? error.message : String(error);
  return unwritable(
    path,
    `it could not be brought up to date (${why})`,
    'It is as it was before; go on with the version of maint that wrote it, and report this.',
    error,
  );
}
