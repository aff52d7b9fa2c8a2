/** How the store's files are, without opening it for use and without writing a byte. */
import { statfsSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { ErrorReport } from '../model/errors.js';
import { reportOf } from '../model/errors.js';
import { newestGoodBackup } from './backup.js';
import { statePlainFile } from './files.js';
import { imageOf } from './image.js';
import { checkImage } from './look.js';
import { patiently } from './patience.js';
import { Database } from './sqlite.js';
import { damaged, translate } from './sqlite-errors.js';

export interface OpenFile {
  readonly path: string;
  /** The permission bits, `0640`. */
  readonly mode: string;
}

export interface StoreHealth {
  readonly path: string;
  /** False for a store in memory and for one that was not made yet. */
  readonly exists: boolean;
  readonly bytes: number;
  /** Why it cannot be used: damaged, of another program, not readable; null where it is whole. */
  readonly fault: ErrorReport | null;
  /** Rows that refer to rows that are not there. */
  readonly danglingRows: number;
  /** Files, and the folder where it is ours alone, that others than their owner may read or write. */
  readonly exposed: readonly OpenFile[];
  readonly newestBackup: string | null;
  /** Free bytes where the store is or will be; null where the operating system does not tell. */
  readonly freeBytes: number | null;
}

/** Examines the store at `path` in full: every page, every reference, every mode. Never throws for what it finds. */
export async function storeHealth(path: string): Promise<StoreHealth> {
  const nothing = {
    path,
    exists: false,
    bytes: 0,
    fault: null,
    danglingRows: 0,
    exposed: [],
    newestBackup: null,
  };
  if (path === ':memory:') return { ...nothing, freeBytes: null };
  const freeBytes = freeBytesNear(dirname(resolve(path)));
  try {
    const found = statePlainFile(path);
    if (found === null) return { ...nothing, freeBytes };
    const shown = { ...nothing, exists: true, bytes: found.size, exposed: exposedFiles(path), freeBytes };
    return { ...shown, ...(await contentOf(path)) };
  } catch (error) {
    return { ...nothing, exists: true, fault: reportOf(translate(error, path)), freeBytes };
  }
}

async function contentOf(path: string) {
  try {
    const image = await patiently(() => imageOf(path));
    checkImage(path, image);
    const danglingRows = image.length === 0 ? 0 : examine(path, image);
    return { danglingRows, newestBackup: newestGoodBackup(path) };
  } catch (error) {
    return { fault: reportOf(translate(error, path)), newestBackup: newestGoodBackup(path) };
  }
}

/** The full check, of an image: it looks at every page and index, which the check at opening does not. */
function examine(path: string, image: Buffer): number {
  const database = new Database(image, { readonly: true });
  try {
    const verdict = String(database.pragma('integrity_check(1)', { simple: true }));
    if (verdict !== 'ok') throw damaged(path, verdict.replaceAll('\n', ' '));
    return (database.pragma('foreign_key_check') as unknown[]).length;
  } finally {
    database.close();
  }
}

/** The folder is ours alone where it carries our name; any other may hold things that others are to read. */
function exposedFiles(path: string): OpenFile[] {
  const folder = dirname(resolve(path));
  const ours = basename(folder) === 'maint' ? [folder] : [];
  return [...ours, path, `${path}-wal`, `${path}-shm`].flatMap((file) => exposedFile(file) ?? []);
}

/** A file, or a folder, with its mode where others than its owner may read or write it; null where not. */
export function exposedFile(path: string): OpenFile | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || (found.mode & 0o077) === 0) return null;
  return { path, mode: `0${(found.mode & 0o777).toString(8)}` };
}

/** Of the nearest folder that exists: the store's own is made with the store. */
function freeBytesNear(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    const parent = dirname(folder);
    return parent === folder ? null : freeBytesNear(parent);
  }
}
