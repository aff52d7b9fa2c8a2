import { asc, eq, max, sql } from 'drizzle-orm';
import { MaintError } from '../model/errors.js';
import type { Intention, Operation } from '../model/operation.js';
import type { LogLevel } from '../model/vocabulary.js';
import type { Connection } from './connection.js';
import { readError, readRoute, writeJson } from './json-columns.js';
import { writeLog } from './log.js';
import { placeholders } from './placeholders.js';
import { operations } from './schema.js';
import type { OperationTable } from './store.js';
import { isOneOf } from './value-list.js';

type Outcome = Parameters<OperationTable['settle']>[0][number];

export function operationTable(connection: Connection): OperationTable {
  const { db, write } = connection;
  const all = () => db.select().from(operations).orderBy(asc(operations.id)).$dynamic();
  return {
    intend: (intentions) => write(() => intend(connection, intentions)),
    settle: (outcomes, now) => write(() => settle(connection, outcomes, now)),
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

const INTENTION = placeholders(
  'runId',
  'eventId',
  'accountId',
  'zoneId',
  'domain',
  'action',
  'subject',
  'before',
  'after',
  'actor',
  'startedAt',
);

function intend({ db }: Connection, intentions: readonly Intention[]): number[] {
  const insert = db
    .insert(operations)
    .values({ ...INTENTION, state: 'intended' })
    .returning({ id: operations.id })
    .prepare();
  return intentions.map((intention) => {
    const routes = { before: writeJson(intention.before), after: writeJson(intention.after) };
    return insert.get({ ...intention, ...routes }).id;
  });
}

/** Writes the outcomes and, in the same transaction, a line of the log for each. */
function settle(connection: Connection, outcomes: readonly Outcome[], finishedAt: string): void {
  const { db } = connection;
  const ids = outcomes.map(({ id }) => id);
  const rows = db.select().from(operations).where(isOneOf(operations.id, ids)).all();
  const known = new Map(rows.map((row) => [row.id, toOperation(row)]));
  const update = db
    .update(operations)
    .set(SETTLED)
    .where(eq(operations.id, sql.placeholder('id')))
    .prepare();
  const lines = outcomes.map(({ id, state, after, error = null }) => {
    const operation = known.get(id);
    if (operation === undefined) throw new MaintError('internal', `The journal has no operation ${id}.`);
    const settled = {
      ...operation,
      state,
      finishedAt,
      error,
      after: after === undefined ? operation.after : after,
    };
    update.run({ id, state, finishedAt, after: writeJson(settled.after), error: writeJson(error) });
    return lineOf(settled, finishedAt);
  });
  writeLog(connection, lines);
}

const SETTLED = {
  state: sql`${sql.placeholder('state')}`,
  finishedAt: sql`${sql.placeholder('finishedAt')}`,
  after: sql`${sql.placeholder('after')}`,
  error: sql`${sql.placeholder('error')}`,
};

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
