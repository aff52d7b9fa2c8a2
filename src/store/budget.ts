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

export function budgetLedger({ db, write }: Connection): BudgetLedger {
  const statements = prepare(db);
  return {
    take: (bucket, now, limit) => write(() => take(statements, bucket, now, limit)),
    block: (bucket, until) => void statements.block.run({ bucket, until }),
    used: (bucket, now) => totalSince(statements, bucket, Math.floor(now / 1_000)),
  };
}

/** Prepared once: they run before each request to Cloudflare. */
function prepare(db: Connection['db']) {
  const bucket = sql.placeholder('bucket');
  const from = sql.placeholder('from');
  const inWindow = and(eq(budget.bucket, bucket), gte(budget.second, from));
  const beforeWindow = and(eq(budget.bucket, bucket), lt(budget.second, from));
  const { second, count } = budget;
  return {
    newest: db
      .select({ second: max(second) })
      .from(budget)
      .where(eq(budget.bucket, bucket))
      .prepare(),
    forget: db.delete(budget).where(beforeWindow).prepare(),
    total: db.select({ total: sql<number | null>`sum(count)` }).from(budget).where(inWindow).prepare(),
    window: db.select({ second, count }).from(budget).where(inWindow).orderBy(asc(second)).prepare(),
    blocked: db.select().from(budgetBlocks).where(eq(budgetBlocks.bucket, bucket)).prepare(),
    spend: db
      .insert(budget)
      .values({ bucket, second: sql.placeholder('second'), count: sql.placeholder('count') })
      .onConflictDoUpdate({ target: [budget.bucket, second], set: { count: sql`count + excluded.count` } })
      .prepare(),
    block: db
      .insert(budgetBlocks)
      .values({ bucket, until: sql.placeholder('until') })
      .onConflictDoUpdate({ target: budgetBlocks.bucket, set: { until: sql`max(until, excluded.until)` } })
      .prepare(),
    takeOut: db.delete(budget).where(eq(budget.bucket, bucket)).returning().prepare(),
    shiftBlock: db
      .update(budgetBlocks)
      .set({ until: sql`until - ${sql.placeholder('ms')}` })
      .where(eq(budgetBlocks.bucket, bucket))
      .prepare(),
  };
}

type Statements = ReturnType<typeof prepare>;

function take(statements: Statements, bucket: string, now: number, limit: number): number {
  const second = alignClock(statements, bucket, Math.floor(now / 1_000));
  const from = second - WINDOW_S;
  statements.forget.run({ bucket, from });
  const until = statements.blocked.get({ bucket })?.until ?? 0;
  if (until > now) return until - now;
  if (totalSince(statements, bucket, second) >= limit) {
    return freeAt(statements.window.all({ bucket, from }), limit, second) * 1_000 - now;
  }
  statements.spend.run({ bucket, second, count: 1 });
  return 0;
}

/** The second at which enough of the counted requests have left the window for one more. */
function freeAt(rows: readonly { second: number; count: number }[], limit: number, second: number): number {
  let excess = rows.reduce((sum, row) => sum + row.count, 0) - limit + 1;
  for (const row of rows) {
    excess -= row.count;
    if (excess <= 0) return row.second + WINDOW_S + 1;
  }
  return second + WINDOW_S + 1;
}

function totalSince(statements: Statements, bucket: string, second: number): number {
  return statements.total.get({ bucket, from: second - WINDOW_S })?.total ?? 0;
}

/**
 * The second that counts as now. Where the newest request lies clearly in the future, the clock was set back:
 * the whole past moves back with it, so that a request weighs on the budget for five minutes and no longer.
 */
function alignClock(statements: Statements, bucket: string, second: number): number {
  const ahead = (statements.newest.get({ bucket })?.second ?? second) - second;
  if (ahead <= 0) return second;
  if (ahead <= SKEW_S) return second + ahead;
  for (const row of statements.takeOut.all({ bucket })) {
    statements.spend.run({ bucket, second: row.second - ahead, count: row.count });
  }
  statements.shiftBlock.run({ bucket, ms: ahead * 1_000 });
  return second;
}
