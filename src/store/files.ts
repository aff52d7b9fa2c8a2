/** The files of a store on disk: made for their owner alone, never through a symbolic link. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { codeOf, unwritable } from './sqlite-errors.js';

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** What is at `path`: null where nothing is. Refuses what is not a plain file, a symbolic link too. */
export function statePlainFile(path: string): Stats | null {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return null;
  if (found.isFile()) return found;
  const kind = found.isSymbolicLink()
    ? 'a symbolic link'
    : found.isDirectory()
      ? 'a folder'
      : 'no plain file';
  throw unwritable(path, `it is ${kind}`, 'Name the file itself with --db.');
}

/** Makes the folder (0700) and an empty file (0600), whatever the umask; a file that is there stays. */
export function makePrivateFile(path: string): void {
  makePrivateFolder(dirname(resolve(path)));
  try {
    const file = openSync(path, 'wx', PRIVATE_FILE);
    fchmodSync(file, PRIVATE_FILE);
    closeSync(file);
  } catch (error) {
    // Another process may have made it in the same moment.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** Takes the rights of group and others away from the file and its companions. */
export function tightenMode(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined || (found.mode & 0o077) === 0) continue;
    try {
      chmodSync(file, PRIVATE_FILE);
    } catch (error) {
      // Only its owner can tighten it; whoever may write to it all the same was meant to.
      if (codeOf(error) !== 'EPERM') throw error;
    }
  }
}

/** Has the operating system put the file's content on the disk before we rely on it. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Folders that exist keep their mode: they may hold other things than ours. */
function makePrivateFolder(folder: string): void {
  if (existsSync(folder)) return;
  makePrivateFolder(dirname(folder));
  try {
    mkdirSync(folder, PRIVATE_FOLDER);
    chmodSync(folder, PRIVATE_FOLDER);
  } catch (error) {
    // Another process may have made it in the same moment.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}
