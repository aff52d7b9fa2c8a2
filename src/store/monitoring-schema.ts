/** The tables of health checks; apart from the others because they are many lines of columns. */
import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { TARGET_METHODS, TARGET_STATES } from '../model/target.js';
import { oneOf, siteReference } from './schema.js';

/** What is checked (set by people) and where it stands (set by the monitor). */
export const targets = sqliteTable(
  'targets',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    siteId: siteReference(),
    url: text('url').notNull(),
    method: text('method', { enum: TARGET_METHODS }).notNull().default('GET'),
    /** JSON object of text by name. */
    headers: text('headers').notNull().default('{}'),
    /** JSON array of [low, high]. */
    expectStatus: text('expect_status').notNull().default('[[200,399]]'),
    expectText: text('expect_text'),
    intervalMs: integer('interval_ms').notNull().default(60_000),
    timeoutMs: integer('timeout_ms').notNull().default(10_000),
    failureThreshold: integer('failure_threshold').notNull().default(3),
    recoveryThreshold: integer('recovery_threshold').notNull().default(2),
    autoEnable: integer('auto_enable', { mode: 'boolean' }).notNull().default(false),
    autoDisable: integer('auto_disable', { mode: 'boolean' }).notNull().default(false),
    minHoldMs: integer('min_hold_ms').notNull().default(0),
    createdAt: text('created_at').notNull().default(''),
    state: text('state', { enum: TARGET_STATES }).notNull().default('unknown'),
    failures: integer('failures').notNull().default(0),
    successes: integer('successes').notNull().default(0),
    checkedAt: text('checked_at'),
    changedAt: text('changed_at'),
    /** JSON array of moments. */
    flips: text('flips').notNull().default('[]'),
    frozenUntil: text('frozen_until'),
    covered: integer('covered', { mode: 'boolean' }).notNull().default(false),
  },
  (table) => [
    oneOf('targets_method', table.method, TARGET_METHODS),
    oneOf('targets_state', table.state, TARGET_STATES),
    index('targets_by_site').on(table.siteId, table.state),
  ],
);

/** Results of checks, an hour of a target packed into one row (`result-pack.ts`). */
export const checks = sqliteTable(
  'checks',
  {
    /** Hours since 1970, UTC. First in the key, so that what is written and dropped together lies together. */
    hour: integer('hour').notNull(),
    targetId: integer('target_id').notNull(),
    results: blob('results', { mode: 'buffer' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.hour, table.targetId] })],
);

/** A row for each day of a target whose results are no longer kept. */
export const checkDays = sqliteTable(
  'check_days',
  {
    targetId: integer('target_id').notNull(),
    /** Days since 1970, UTC. */
    day: integer('day').notNull(),
    checks: integer('checks').notNull(),
    failures: integer('failures').notNull(),
    excused: integer('excused').notNull(),
    p50Ms: integer('p50_ms'),
    p95Ms: integer('p95_ms'),
  },
  (table) => [primaryKey({ columns: [table.targetId, table.day] })],
);
