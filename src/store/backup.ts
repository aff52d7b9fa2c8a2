import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { makePrivateFile, statePlainFile, syncFile } from './files.js';
import { APPLICATION_ID, applicationIdOf, versionOf } from './identity.js';
import { imageOf } from './image.js';
import { Database } from './sqlite.js';
import { damaged, translating, unwritable } from './sqlite-errors.js';

/**
 * Copies the store at `path` into the new file `target` (mode 0600), as of its last commit, while others may
 * go on writing. The copy is read back and checked before it gets its name, so a file of that name is good.
 *
 * @throws MaintError `store-damaged` where the copy does not pass, `store-unwritable` where `target` exists
 *   or cannot be written
 */
export function backupStore(path: string, target: string): void {
  const partial = `${target}.partial`;
  translating(target, () => {
    if (statePlainFile(target) !== null) {
      throw unwritable(target, 'there is a file of that name already', 'Name another file.');
    }
    rmSync(partial, { force: true });
    makePrivateFile(partial);
    try {
      translating(path, () => copyInto(path, partial));
      syncFile(partial);
      renameSync(partial, target);
    } finally {
      rmSync(partial, { force: true });
    }
  });
}

/** Where the backup before a migration goes: beside the store, its version and the time in the name. */
export function backupPath(path: string, version: number, now: Date): string {
  const time = now.toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
  return `${path}.backup-${version}-${time}`;
}

/** The newest backup beside the store that passes a full check, or null. */
export function newestGoodBackup(path: string): string | null {
  const folder = dirname(resolve(path));
  const prefix = `${basename(path)}.backup-`;
  return (
    readdirSync(folder)
      .filter((name) => name.startsWith(prefix) && !name.endsWith('.partial'))
      .sort((a, b) => (timeIn(a) < timeIn(b) ? 1 : -1))
      .map((name) => join(folder, name))
      .find((file) => isSound(file)) ?? null
  );
}

function copyInto(path: string, target: string): void {
  const source = new Database(path, { fileMustExist: true });
  try {
    source.prepare('vacuum into ?').run(target);
    if (!isSound(target, versionOf(source))) throw damaged(path, 'a copy of it does not pass the check');
  } finally {
    source.close();
  }
}

function isSound(path: string, version?: number): boolean {
  let database: Database | undefined;
  try {
    database = new Database(imageOf(path), { readonly: true });
    return (
      applicationIdOf(database) === APPLICATION_ID &&
      (version === undefined || versionOf(database) === version) &&
      database.pragma('integrity_check(1)', { simple: true }) === 'ok'
    );
  } catch {
    return false;
  } finally {
    database?.close();
  }
}

const timeIn = (name: string): string => name.slice(name.lastIndexOf('-') + 1);
