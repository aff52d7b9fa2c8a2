import { and, asc, eq, gte, lt, max, sql } from 'drizzle-orm';
import type { BudgetLedger } from '../model/budget.js';
import type { Connection } from './connection.js';
import { budget, budgetBlocks } from './schema.js';

/**
 * Cloudflare counts over five minutes (developers.cloudflare.com/fundamentals/api/reference/limits). A second
 * counts whole until its last instant has left the window, so the sum errs towards fewer requests.
 */
const WINDOW_S = 300;

/** Processes read the clock before they get their turn: so much later than "now" is no clock that jumped. */
const SKEW_S = 5;

interface Counted {
  readonly second: number;
  readonly count: number;
}

export function budgetLedger(connection: Connection): BudgetLedger {
  const { db, write } = connection;
  return {
    take: (bucket, now, limit) => write(() => take(connection, bucket, now, limit)),
    block(bucket, until) {
      db.insert(budgetBlocks)
        .values({ bucket, until })
        .onConflictDoUpdate({ target: budgetBlocks.bucket, set: { until: sql`max(until, excluded.until)` } })
        .run();
    },
    used(bucket, now) {
      const counts = db.select({ total: sql<number>`coalesce(sum(count), 0)` }).from(budget);
      return counts.where(inWindow(bucket, Math.floor(now / 1_000))).get()?.total ?? 0;
    },
  };
}

function take(connection: Connection, bucket: string, now: number, limit: number): number {
  const { db } = connection;
  const second = alignClock(connection, bucket, Math.floor(now / 1_000));
  db.delete(budget)
    .where(and(eq(budget.bucket, bucket), lt(budget.second, second - WINDOW_S)))
    .run();
  const block = db.select().from(budgetBlocks).where(eq(budgetBlocks.bucket, bucket)).get();
  if (block !== undefined && block.until > now) return block.until - now;
  const rows = db.select().from(budget).where(inWindow(bucket, second)).orderBy(asc(budget.second)).all();
  if (totalOf(rows) >= limit) return freeAt(rows, limit, second) * 1_000 - now;
  db.insert(budget)
    .values({ bucket, second, count: 1 })
    .onConflictDoUpdate({ target: [budget.bucket, budget.second], set: { count: sql`count + 1` } })
    .run();
  return 0;
}

/** The second at which enough of the counted requests have left the window for one more. */
function freeAt(rows: readonly Counted[], limit: number, second: number): number {
  let excess = totalOf(rows) - limit + 1;
  for (const row of rows) {
    excess -= row.count;
    if (excess <= 0) return row.second + WINDOW_S + 1;
  }
  return second + WINDOW_S + 1;
}

function totalOf(rows: readonly Counted[]): number {
  return rows.reduce((sum, row) => sum + row.count, 0);
}

/**
 * The second that counts as now. Where the newest request lies clearly in the future, the clock was set back:
 * the whole past moves back with it, so that a request weighs on the budget for five minutes and no longer.
 */
function alignClock(connection: Connection, bucket: string, second: number): number {
  const { db } = connection;
  const newest = db
    .select({ second: max(budget.second) })
    .from(budget)
    .where(eq(budget.bucket, bucket))
    .get();
  const ahead = (newest?.second ?? second) - second;
  if (ahead <= 0) return second;
  if (ahead <= SKEW_S) return second + ahead;
  const rows = db.delete(budget).where(eq(budget.bucket, bucket)).returning().all();
  for (const row of rows)
    db.insert(budget)
      .values({ ...row, second: row.second - ahead })
      .run();
  db.update(budgetBlocks)
    .set({ until: sql`until - ${ahead * 1_000}` })
    .where(eq(budgetBlocks.bucket, bucket))
    .run();
  return second;
}

function inWindow(bucket: string, second: number) {
  return and(eq(budget.bucket, bucket), gte(budget.second, second - WINDOW_S));
}
