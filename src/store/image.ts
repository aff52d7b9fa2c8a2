import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from './sqlite.js';
import { FileChanged } from './sqlite-errors.js';

const TRIES = 5;
/** Write-ahead log and rollback journal: while one is there, the main file alone is not the whole truth. */
const COMPANIONS = ['-wal', '-journal'] as const;
/** Offsets of the write and read version in the header of a database file: 2 stands for WAL, 1 for none. */
const FORMAT_VERSIONS = [18, 19] as const;

/**
 * The database as of its last commit, as bytes that `new Database(bytes)` takes. Neither the file nor its
 * folder is written to: SQLite itself, even when it only reads, would leave `-wal` and `-shm` files behind.
 *
 * @throws FileChanged where a writer left no quiet moment to read in
 */
export function imageOf(path: string): Buffer {
  for (let tries = 0; tries < TRIES; tries++) {
    const before = fingerprint(path);
    const image = readUnlessChanged(path, before);
    if (image !== null) return withoutWalMark(image);
  }
  throw new FileChanged(`${path} changed while it was read`);
}

/** Null where the file changed meanwhile: what was read then, or could not be, says nothing about the file. */
function readUnlessChanged(path: string, before: string): Buffer | null {
  try {
    const companions = COMPANIONS.filter((suffix) => sizeOf(path + suffix) > 0);
    const image = companions.length > 0 ? readTogether(path, companions) : readFileSync(path);
    return fingerprint(path) === before ? image : null;
  } catch (error) {
    // The last process that closes the file takes the log away, perhaps between a look at it and its copy.
    if (fingerprint(path) !== before) return null;
    throw error;
  }
}

/** Lets SQLite put file and companions together, on a copy: it would write to the original. */
function readTogether(path: string, companions: readonly string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'maint-'));
  try {
    const copy = join(folder, 'copy.db');
    for (const suffix of ['', ...companions]) copyFileSync(path + suffix, copy + suffix);
    const database = new Database(copy);
    try {
      return database.serialize();
    } finally {
      database.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** SQLite documentation, `sqlite3_deserialize`: a database in memory cannot be in WAL mode. */
function withoutWalMark(image: Buffer): Buffer {
  for (const offset of FORMAT_VERSIONS) {
    if (image[offset] === 2) image[offset] = 1;
  }
  return image;
}

function fingerprint(path: string): string {
  return ['', ...COMPANIONS]
    .map((suffix) => statSync(path + suffix, { throwIfNoEntry: false, bigint: true }))
    .map((found) => (found ? `${found.ino}:${found.size}:${found.mtimeNs}` : 'none'))
    .join(' ');
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
