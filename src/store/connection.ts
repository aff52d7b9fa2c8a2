import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import type { Database } from './sqlite.js';

/** The longest that a statement may hold up the event loop for another process's write, in milliseconds. */
const BUSY_TIMEOUT_MS = 2_000;

/** A configured database, as the tables use it. */
export interface Connection {
  readonly db: BetterSQLite3Database;
  /**
   * Runs `work` in one BEGIN IMMEDIATE transaction: a deferred one that turns from reading to writing fails
   * at once where another process writes. Within a transaction it becomes a part of that one.
   */
  write<T>(work: () => T): T;
  close(): void;
}

/**
 * What must be as we say on each connection. `synchronous` is set because better-sqlite3 is built with
 * NORMAL for WAL, under which a committed intention may vanish when the power fails.
 */
export function connect(client: Database, synchronous: 'FULL' | 'NORMAL'): Connection {
  client.pragma(`synchronous = ${synchronous}`);
  client.pragma('foreign_keys = ON');
  client.pragma('trusted_schema = OFF');
  client.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  return {
    db: drizzle({ client }),
    write: (work) => client.transaction(work).immediate(),
    close: () => void client.close(),
  };
}
