/** What is kept of checks: results by the hour while they are young, then one line a day. */
import { and, asc, eq, gte, lt, max, sql } from 'drizzle-orm';
import type { CheckResult, DailySummary } from '../model/target.js';
import { DAY_MS, type DayRow, dayOf, summarizeDay, toSummary } from './check-days.js';
import type { Connection } from './connection.js';
import { checkDays, checks, targets } from './monitoring-schema.js';
import { placeholders } from './placeholders.js';
import { HOUR_MS, hourOf, packResult, unpackResults } from './result-pack.js';
import type { HistoryFilter, PruneCounts } from './store.js';
import { isOneOf } from './value-list.js';

export interface CheckHistory {
  /** Appends a result to the hour that it belongs to. Within the caller's transaction. */
  append(result: CheckResult): void;
  read(targetId: number, filter?: HistoryFilter): CheckResult[];
  oldest(): string | null;
  daily(targetId: number, since?: string): DailySummary[];
  prune(limits: { readonly rawBefore: string; readonly dailyBefore: string }): PruneCounts;
  forget(targetId: number): void;
}

const HOURS_PER_DAY = DAY_MS / HOUR_MS;

export function checkHistory(connection: Connection): CheckHistory {
  const { db, write } = connection;
  let append: ReturnType<typeof appendStatement> | null = null;
  return {
    append(result) {
      append ??= appendStatement(connection);
      const { targetId, at } = result;
      append.run({ hour: hourOf(at), targetId, results: packResult(result) });
    },
    read: (targetId, filter = {}) => readResults(connection, targetId, filter),
    oldest() {
      const [first] = db.select({ hour: checks.hour }).from(checks).orderBy(asc(checks.hour)).limit(1).all();
      return first === undefined ? null : new Date(first.hour * HOUR_MS).toISOString();
    },
    daily(targetId, since) {
      const from = since === undefined ? 0 : dayOf(since);
      const kept = db
        .select()
        .from(checkDays)
        .where(and(eq(checkDays.targetId, targetId), gte(checkDays.day, from)))
        .orderBy(asc(checkDays.day))
        .all();
      const recent = summarizeRows(hoursOf(connection, targetId, from * HOURS_PER_DAY));
      return [...kept, ...recent].map(toSummary);
    },
    prune: ({ rawBefore, dailyBefore }) =>
      write(() => {
        forgetOrphans(connection);
        const results = foldDays(connection, dayOf(rawBefore));
        const old = lt(checkDays.day, dayOf(dailyBefore));
        return { results, summaries: db.delete(checkDays).where(old).run().changes };
      }),
    forget(targetId) {
      db.delete(checks).where(eq(checks.targetId, targetId)).run();
      db.delete(checkDays).where(eq(checkDays.targetId, targetId)).run();
    },
  };
}

/** `||` makes text of blobs without touching a byte; the cast makes it a blob again. */
function appendStatement({ db }: Connection) {
  return db
    .insert(checks)
    .values(placeholders('hour', 'targetId', 'results'))
    .onConflictDoUpdate({
      target: [checks.hour, checks.targetId],
      set: { results: sql`cast(results || excluded.results as blob)` },
    })
    .prepare();
}

type HourRow = typeof checks.$inferSelect;

function toResults({ targetId, hour, results }: HourRow): CheckResult[] {
  return unpackResults(results).map(({ offset, ...result }) => ({
    ...result,
    targetId,
    at: new Date(hour * HOUR_MS + offset).toISOString(),
    detail: null,
  }));
}

/** A line for each day of each target, in the order in which the rows come to them. */
function summarizeRows(rows: readonly HourRow[]): DayRow[] {
  const days = new Map<string, HourRow[]>();
  for (const row of rows) {
    const key = `${row.targetId} ${Math.floor(row.hour / HOURS_PER_DAY)}`;
    const known = days.get(key);
    if (known === undefined) days.set(key, [row]);
    else known.push(row);
  }
  return [...days.values()].flatMap((ofDay) => {
    const [first] = ofDay;
    if (first === undefined) return [];
    const results = ofDay.flatMap((row) => unpackResults(row.results));
    return [summarizeDay(first.targetId, Math.floor(first.hour / HOURS_PER_DAY), results)];
  });
}

/**
 * The rows of one target, oldest first. The key begins with the hour, so the hours are counted off instead of
 * reading what lies between.
 */
function hoursOf({ db }: Connection, targetId: number, first: number, last?: number): HourRow[] {
  const bounds = db
    .select({ low: sql<number | null>`min(${checks.hour})`, high: max(checks.hour) })
    .from(checks)
    .get();
  if (bounds === undefined || bounds.low === null || bounds.high === null) return [];
  const from = Math.max(first, bounds.low);
  const to = Math.min(last ?? bounds.high, bounds.high);
  return db
    .select({ hour: checks.hour, targetId: checks.targetId, results: checks.results })
    .from(checks)
    .where(
      and(
        sql`${checks.hour} in (with recursive hours(hour) as
          (select ${from} where ${from} <= ${to} union all select hour + 1 from hours where hour < ${to})
          select hour from hours)`,
        eq(checks.targetId, targetId),
      ),
    )
    .orderBy(asc(checks.hour))
    .all();
}

function readResults(connection: Connection, targetId: number, filter: HistoryFilter): CheckResult[] {
  const { since, until, limit } = filter;
  const first = since === undefined ? 0 : hourOf(since);
  const rows = hoursOf(connection, targetId, first, until === undefined ? undefined : hourOf(until));
  const isWithin = ({ at }: CheckResult) =>
    (since === undefined || at >= since) && (until === undefined || at <= until);
  const results = rows.flatMap(toResults).filter(isWithin);
  return limit === undefined ? results : results.slice(Math.max(0, results.length - limit));
}

/** Targets that are summed up at a time, so that memory stays small. */
const CHUNK = 500;

/** Sums up and drops every day before `day`; returns how many results went. */
function foldDays(connection: Connection, day: number): number {
  const { db } = connection;
  const old = lt(checks.hour, day * HOURS_PER_DAY);
  const ids = db.selectDistinct({ id: checks.targetId }).from(checks).where(old).all();
  const insert = db
    .insert(checkDays)
    .values(placeholders('targetId', 'day', 'checks', 'failures', 'excused', 'p50Ms', 'p95Ms'))
    .onConflictDoNothing()
    .prepare();
  let results = 0;
  for (let at = 0; at < ids.length; at += CHUNK) {
    const some = ids.slice(at, at + CHUNK).map(({ id }) => id);
    const rows = db
      .select()
      .from(checks)
      .where(and(old, isOneOf(checks.targetId, some)))
      .all();
    for (const row of summarizeRows(rows)) {
      insert.run({ ...row });
      results += row.checks;
    }
  }
  db.delete(checks).where(old).run();
  return results;
}

/** What a site that was removed from the catalogue, and its targets with it, left behind. */
function forgetOrphans({ db }: Connection): void {
  const known = sql`(select ${targets.id} from ${targets})`;
  db.delete(checks).where(sql`${checks.targetId} not in ${known}`).run();
  db.delete(checkDays).where(sql`${checkDays.targetId} not in ${known}`).run();
}
