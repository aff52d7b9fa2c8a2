import { asc, eq, max, sql } from 'drizzle-orm';
import { MaintError } from '../model/errors.js';
import type { Operation } from '../model/operation.js';
import type { LogLevel } from '../model/vocabulary.js';
import type { Connection } from './connection.js';
import { readError, readRoute, writeJson } from './json-columns.js';
import { writeLog } from './log.js';
import { operations } from './schema.js';
import type { OperationTable } from './store.js';

type Outcome = Parameters<OperationTable['settle']>[0][number];

export function operationTable(connection: Connection): OperationTable {
  const { db, write } = connection;
  const all = () => db.select().from(operations).orderBy(asc(operations.id)).$dynamic();
  return {
    intend: (intentions) =>
      write(() =>
        intentions.map(({ before, after, ...intention }) => {
          const row = {
            ...intention,
            before: writeJson(before),
            after: writeJson(after),
            state: 'intended' as const,
          };
          return db.insert(operations).values(row).returning({ id: operations.id }).get().id;
        }),
      ),
    settle: (outcomes, now) =>
      write(() => {
        for (const outcome of outcomes) settle(connection, outcome, now);
      }),
    ofEvent: (eventId) => all().where(eq(operations.eventId, eventId)).all().map(toOperation),
    lastId: () =>
      db
        .select({ id: max(operations.id) })
        .from(operations)
        .get()?.id ?? 0,
    // Written as in the index `operations_unsettled`, or SQLite would not see that the index serves it.
    unsettled: () => all().where(sql`state in ('intended', 'unknown')`).all().map(toOperation),
  };
}

/** Writes the outcome and, in the same transaction, its line of the log. */
function settle(connection: Connection, { id, state, after, error }: Outcome, now: string): void {
  const row = connection.db
    .update(operations)
    .set({
      state,
      finishedAt: now,
      error: writeJson(error),
      ...(after !== undefined && { after: writeJson(after) }),
    })
    .where(eq(operations.id, id))
    .returning()
    .get();
  // TypeScript takes it for granted that there is a row; an id of another database would have none.
  if ((row as typeof row | undefined) === undefined) {
    throw new MaintError('internal', `The journal has no operation ${id}.`);
  }
  writeLog(connection, [lineOf(toOperation(row), now)]);
}

const LEVELS: Readonly<Record<Outcome['state'], LogLevel>> = {
  done: 'info',
  failed: 'error',
  unknown: 'warning',
};

/** The outcome of an operation as a line that people read: what, from which Worker to which, how it ended. */
function lineOf(operation: Operation, at: string) {
  const { action, actor, domain, eventId, runId, subject, before, after, state, error } = operation;
  const scripts = before || after ? ` (${nameOf(before)} → ${nameOf(after)})` : '';
  const ending = state === 'done' ? '' : `: ${state}${error ? `, ${error.message}` : ''}`;
  const message = `${action} ${subject}${scripts}${ending}`;
  return { at, level: LEVELS[state as Outcome['state']], action, actor, domain, eventId, runId, message };
}

function nameOf(route: Operation['before']): string {
  return route === null ? 'no route' : (route.script ?? 'no Worker');
}

function toOperation({ before, after, error, ...row }: typeof operations.$inferSelect): Operation {
  return { ...row, before: readRoute(before), after: readRoute(after), error: readError(error) };
}
