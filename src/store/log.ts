import { and, asc, desc, eq, gt, gte, lte, type SQL } from 'drizzle-orm';
import type { LogEntry, LogFilter } from '../model/log.js';
import { LOG_LEVELS } from '../model/vocabulary.js';
import type { Connection } from './connection.js';
import { placeholders } from './placeholders.js';
import { log } from './schema.js';
import type { LogTable } from './store.js';
import { isOneOf } from './value-list.js';

export function logTable(connection: Connection): LogTable {
  return {
    write: (entries) => connection.write(() => writeLog(connection, entries)),
    read: (filter) => readLog(connection, filter),
  };
}

/** Appends entries within the caller's transaction. */
export function writeLog({ db }: Connection, entries: readonly Omit<LogEntry, 'id'>[]): void {
  const insert = db.insert(log).values(ROW).prepare();
  for (const entry of entries) insert.run({ ...entry });
}

const ROW = placeholders('at', 'level', 'action', 'actor', 'domain', 'eventId', 'runId', 'message');

/** Ids grow in the order of commits, so a follower that asks for what came after an id misses nothing. */
function readLog({ db }: Connection, filter: LogFilter): LogEntry[] {
  const query = db
    .select()
    .from(log)
    .where(and(...conditions(filter)))
    .$dynamic();
  if (filter.limit === undefined) return query.orderBy(asc(log.id)).all();
  if (filter.afterId !== undefined) return query.orderBy(asc(log.id)).limit(filter.limit).all();
  return query.orderBy(desc(log.id)).limit(filter.limit).all().reverse();
}

function conditions({ domains, eventId, action, level, since, until, afterId }: LogFilter) {
  const list: (SQL | undefined)[] = [
    domains && isOneOf(log.domain, domains),
    eventId === undefined ? undefined : eq(log.eventId, eventId),
    action === undefined ? undefined : eq(log.action, action),
    level && isOneOf(log.level, LOG_LEVELS.slice(LOG_LEVELS.indexOf(level))),
    since === undefined ? undefined : gte(log.at, since),
    until === undefined ? undefined : lte(log.at, until),
    afterId === undefined ? undefined : gt(log.id, afterId),
  ];
  return list;
}
