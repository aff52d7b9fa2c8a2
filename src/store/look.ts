/** Looks at a database file before anything may touch it: is it ours, sound, and not newer than we are? */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { MaintError } from '../model/errors.js';
import { newestGoodBackup } from './backup.js';
import { APPLICATION_ID, applicationIdOf, versionOf } from './identity.js';
import { imageOf } from './image.js';
import { Database } from './sqlite.js';
import { damaged, isDamage } from './sqlite-errors.js';

/**
 * Up to this size, some thousand sites, the whole file is checked each time it is opened (some 10 ms). Past it
 * only the header is; SQLite then tells of a bad page when it reads one, and the backup before a migration and
 * `maint db check` look at all of them.
 */
export const WHOLE_CHECK_BYTES = 1024 * 1024;

const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;

/**
 * Checks the file at `path` without writing a byte, not even beside it.
 *
 * @returns the number of migrations that it has; 0 for a file that is still empty
 * @throws MaintError `store-newer`, `store-damaged` (also for a file of another program)
 */
export function lookAt(path: string, newest: number): number {
  const { size } = statSync(path);
  const version = size > WHOLE_CHECK_BYTES ? versionInHeader(path, size) : checkImage(path, imageOf(path));
  if (version > newest) throw newer(path, version, newest);
  return version;
}

/** The same for an image that was read already; returns its number of migrations. */
export function checkImage(path: string, image: Buffer): number {
  if (image.length === 0) return 0;
  refuseUnless(path, image.toString('latin1', 0, MAGIC.length) === MAGIC, 'it is no SQLite database');
  try {
    const database = new Database(image, { readonly: true });
    try {
      return checkDatabase(path, database);
    } finally {
      database.close();
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw damaged(path, (error as Error).message, adviceFor(path), error);
  }
}

export function newer(path: string, version: number, newest: number): MaintError {
  return new MaintError(
    'store-newer',
    `The store ${path} is of a newer version of maint: it has ${version} migrations, this program knows ${newest}.`,
    { hint: 'Update maint, or name another file with --db. The file was left as it is.' },
  );
}

function checkDatabase(path: string, database: Database): number {
  const tables = database.prepare('select count(*) from sqlite_schema').pluck().get();
  const version = versionOf(database);
  if (tables === 0 && version === 0 && applicationIdOf(database) === 0) return 0;
  refuseUnless(path, applicationIdOf(database) === APPLICATION_ID, 'it belongs to another program');
  refuseUnless(path, version > 0, 'it has tables and no version');
  const verdict = String(database.pragma('quick_check(1)', { simple: true }));
  refuseUnless(path, verdict === 'ok', verdict.replaceAll('\n', ' ').replace(/^\*+[^*]*\*+\s*/, ''));
  return version;
}

/** Offsets from the SQLite file format: 16 page size, 28 pages, 60 user version, 68 application id. */
function versionInHeader(path: string, size: number): number {
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(file);
  }
  refuseUnless(path, header.toString('latin1', 0, MAGIC.length) === MAGIC, 'it is no SQLite database');
  refuseUnless(path, header.readUInt32BE(68) === APPLICATION_ID, 'it belongs to another program');
  // 1 stands for 65,536, which does not fit into the field.
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  refuseUnless(path, header.readUInt32BE(28) * pageSize <= size, 'its end is missing');
  return header.readUInt32BE(60);
}

function refuseUnless(path: string, sound: boolean, why: string): void {
  if (!sound) throw damaged(path, why, adviceFor(path));
}

function adviceFor(path: string): string {
  const backup = newestGoodBackup(path);
  return backup === null
    ? 'It was left as it is. Move it away to start with an empty store, then run `maint recover`.'
    : `It was left as it is. The newest good backup is ${backup}: move the damaged file away and copy the backup in its place.`;
}
