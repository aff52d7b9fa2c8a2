/** What goes wrong between SQLite, the disk and us, said in the words of `maint`. */
import { MaintError } from '../model/errors.js';

type Remedy = { readonly what: string; readonly hint: string };

const FULL: Remedy = { what: 'the disk is full', hint: 'Free some space and run the command again.' };
const DENIED: Remedy = {
  what: 'it may not be written',
  hint: 'Check the owner and mode of the file and its folder, or name another file with --db.',
};
const MISSING: Remedy = {
  what: 'it cannot be opened',
  hint: 'Check that its folder exists and is a folder, or name another file with --db.',
};
const DISK: Remedy = {
  what: 'the disk reports an error',
  hint: 'Check the disk; `maint db check` tells whether the file is sound.',
};
const BUSY: Remedy = {
  what: 'another process keeps it locked',
  hint: 'Wait for the other run of maint to finish, then run the command again.',
};

/** By the first words of an error code of SQLite or the operating system. */
const UNWRITABLE: readonly (readonly [prefix: string, remedy: Remedy])[] = [
  ['SQLITE_FULL', FULL],
  ['ENOSPC', FULL],
  ['EDQUOT', FULL],
  ['EFBIG', FULL],
  ['SQLITE_READONLY', DENIED],
  ['EACCES', DENIED],
  ['EPERM', DENIED],
  ['EROFS', DENIED],
  ['SQLITE_CANTOPEN', MISSING],
  ['ENOTDIR', MISSING],
  ['EISDIR', MISSING],
  ['ENOENT', MISSING],
  ['ELOOP', MISSING],
  ['ENAMETOOLONG', MISSING],
  ['SQLITE_IOERR', DISK],
  ['EIO', DISK],
  ['SQLITE_BUSY', BUSY],
  ['SQLITE_LOCKED', BUSY],
];

/** A row that SQLite reads well and that is not what this program writes. */
export class UnreadableRow extends Error {
  readonly code = 'SQLITE_CORRUPT';
}

/** Somebody wrote to the file while it was being read without a lock: worth another try. */
export class FileChanged extends Error {
  readonly code = 'SQLITE_BUSY';
}

/** The error code of SQLite or the operating system, also of an error wrapped in others; else ''. */
export function codeOf(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if ('code' in inner && typeof inner.code === 'string' && !(inner instanceof MaintError))
      return inner.code;
  }
  return '';
}

export function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_BUSY');
}

/** Whether the error says that the file's content is not a sound SQLite database. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error));
}

export function damaged(path: string, why: string, hint?: string, cause?: unknown): MaintError {
  return new MaintError('store-damaged', `The store ${path} is damaged: ${why}.`, {
    hint: hint ?? 'It was left as it is. Move it away and run `maint recover`, or put a backup in its place.',
    cause,
  });
}

export function unwritable(path: string, what: string, hint: string, cause?: unknown): MaintError {
  return new MaintError('store-unwritable', `The store ${path} cannot be used: ${what}.`, { hint, cause });
}

/** The error to throw for whatever was caught while working on the store: ours where it has a meaning. */
export function translate(error: unknown, path: string): unknown {
  if (error instanceof MaintError) return error;
  if (isDamage(error)) return damaged(path, messageOf(error), undefined, error);
  const code = codeOf(error);
  const remedy = UNWRITABLE.find(([prefix]) => code.startsWith(prefix))?.[1];
  return remedy ? unwritable(path, remedy.what, remedy.hint, error) : error;
}

/** Runs `work`; what it throws comes out translated. */
export function translating<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translate(error, path);
  }
}

/** The same object, each of its methods translating what it throws. */
export function translatingAll<T extends object>(path: string, table: T): T {
  const methods = Object.entries(table).map(([name, method]: [string, (...args: unknown[]) => unknown]) => [
    name,
    (...args: unknown[]) => translating(path, () => method(...args)),
  ]);
  return Object.fromEntries(methods) as T;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
