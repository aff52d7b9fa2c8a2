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
    const companions = COMPANIONS.filter((suffix) => sizeOf(path + suffix) > 0);
    const image = companions.length > 0 ? readTogether(path, companions) : readFileSync(path);
    if (fingerprint(path) === before) return withoutWalMark(image);
  }
  throw new FileChanged(`${path} changed while it was read`);
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
