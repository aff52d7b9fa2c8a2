import type { Database } from './sqlite.js';

/** `MNT1`: marks a SQLite file as a store of `maint`. */
export const APPLICATION_ID = 0x4d4e5431;

export function applicationIdOf(database: Database): number {
  return Number(database.pragma('application_id', { simple: true }));
}

/** How many migrations the database has. */
export function versionOf(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}
