/**
 * The tables, but for those of health checks (`monitoring-schema.ts`). A change becomes a migration with
 * `npx drizzle-kit generate`; columns named `*At` hold RFC 3339 text in UTC, columns of JSON say so, and a
 * CHECK guards every closed set of words.
 */
import { sql } from 'drizzle-orm';
import {
  type AnySQLiteColumn,
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  sqliteView,
  text,
} from 'drizzle-orm/sqlite-core';
import type { EventSiteState } from '../model/event.js';
import { NOTICE_TYPES } from '../model/notice.js';
import { OPERATION_ACTIONS, type OperationState } from '../model/operation.js';
import { SETUP_ITEM_STATES, SETUP_KINDS } from '../model/setup-item.js';
import {
  ENVIRONMENTS,
  EVENT_KINDS,
  EXISTING_ROUTES,
  LOG_LEVELS,
  ON_LIMIT,
  ROLES,
  SITE_STATES,
} from '../model/vocabulary.js';

export const EVENT_SITE_STATES = [
  'opening',
  'up',
  'closing',
  'lifted',
  'failed',
] as const satisfies EventSiteState[];

export const OPERATION_STATES = ['intended', 'done', 'failed', 'unknown'] as const satisfies OperationState[];

export const sites = sqliteTable(
  'sites',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    domain: text('domain').notNull().unique(),
    name: text('name'),
    zoneId: text('zone_id').notNull(),
    zoneName: text('zone_name').notNull(),
    accountId: text('account_id').notNull(),
    environment: text('environment', { enum: ENVIRONMENTS }).notNull(),
    project: text('project'),
    owner: text('owner'),
    /** JSON array of host names, or null for the default ones. */
    ownHostnames: text('own_hostnames'),
    subdomains: integer('subdomains', { mode: 'boolean' }).notNull().default(false),
    active: integer('active', { mode: 'boolean' }).notNull().default(true),
    inactiveReason: text('inactive_reason'),
    createdAt: text('created_at').notNull(),
    updatedAt: text('updated_at').notNull(),
    token: text('token'),
    plan: text('plan'),
  },
  (table) => [
    oneOf('sites_environment', table.environment, ENVIRONMENTS),
    index('sites_by_environment').on(table.environment),
    index('sites_by_project').on(table.project),
    index('sites_by_owner').on(table.owner),
    index('sites_by_account').on(table.accountId),
  ],
);

export const siteTags = sqliteTable(
  'site_tags',
  { siteId: siteReference(), tag: text('tag').notNull() },
  (table) => [
    primaryKey({ columns: [table.siteId, table.tag] }),
    index('site_tags_by_tag').on(table.tag, table.siteId),
  ],
);

export const siteShares = sqliteTable(
  'site_shares',
  { siteId: siteReference(), user: text('user').notNull(), role: text('role', { enum: ROLES }).notNull() },
  (table) => [
    primaryKey({ columns: [table.siteId, table.user] }),
    oneOf('site_shares_role', table.role, ROLES),
    index('site_shares_by_user').on(table.user, table.siteId),
  ],
);

export const groups = sqliteTable('groups', {
  name: text('name').primaryKey(),
  description: text('description'),
  createdAt: text('created_at').notNull(),
});

export const groupSites = sqliteTable(
  'group_sites',
  {
    groupName: text('group_name')
      .notNull()
      .references(() => groups.name, { onDelete: 'cascade' }),
    siteId: siteReference(),
  },
  (table) => [
    primaryKey({ columns: [table.groupName, table.siteId] }),
    index('group_sites_by_site').on(table.siteId, table.groupName),
  ],
);

export const events = sqliteTable(
  'events',
  {
    id: text('id').primaryKey(),
    kind: text('kind', { enum: EVENT_KINDS }).notNull(),
    reason: text('reason'),
    actor: text('actor').notNull(),
    host: text('host').notNull(),
    since: text('since').notNull(),
    until: text('until'),
    autoEnd: integer('auto_end', { mode: 'boolean' }).notNull(),
    existingRoutes: text('existing_routes', { enum: EXISTING_ROUTES }).notNull().default('take-over'),
    bypassSecret: text('bypass_secret').notNull(),
    endedAt: text('ended_at'),
    title: text('title'),
    message: text('message'),
    contact: text('contact'),
    statusUrl: text('status_url'),
    /** JSON arrays of text. */
    allowIps: text('allow_ips').notNull(),
    allowPaths: text('allow_paths').notNull(),
    customPage: text('custom_page'),
    onLimit: text('on_limit', { enum: ON_LIMIT }),
  },
  (table) => [
    oneOf('events_kind', table.kind, EVENT_KINDS),
    oneOf('events_existing_routes', table.existingRoutes, EXISTING_ROUTES),
    oneOf('events_on_limit', table.onLimit, ON_LIMIT),
    index('events_by_since').on(table.since),
    index('events_by_end').on(table.endedAt),
  ],
);

/** A snapshot by name, not a reference to `sites`: history outlives the site. */
export const eventSites = sqliteTable(
  'event_sites',
  {
    eventId: text('event_id')
      .notNull()
      .references(() => events.id),
    domain: text('domain').notNull(),
    zoneId: text('zone_id').notNull(),
    zoneName: text('zone_name').notNull(),
    accountId: text('account_id').notNull(),
    /** JSON array of route patterns. */
    patterns: text('patterns').notNull(),
    state: text('state', { enum: EVENT_SITE_STATES }).notNull(),
    /** When the state last changed; null while it is that of the beginning. */
    changedAt: text('changed_at'),
  },
  (table) => [
    primaryKey({ columns: [table.eventId, table.domain] }),
    oneOf('event_sites_state', table.state, EVENT_SITE_STATES),
    index('event_sites_by_domain').on(table.domain, table.state),
    index('event_sites_by_state').on(table.state),
  ],
);

export const deployments = sqliteTable(
  'deployments',
  {
    id: text('id').primaryKey(),
    eventId: text('event_id')
      .notNull()
      .references(() => events.id),
    accountId: text('account_id').notNull(),
    script: text('script').notNull(),
    workerHash: text('worker_hash').notNull(),
    createdAt: text('created_at').notNull(),
    removedAt: text('removed_at'),
  },
  (table) => [
    index('deployments_by_event').on(table.eventId),
    index('deployments_by_removal').on(table.removedAt),
  ],
);

/** The journal. `before`, `after` and `error` are JSON. */
export const operations = sqliteTable(
  'operations',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    runId: text('run_id').notNull(),
    eventId: text('event_id'),
    accountId: text('account_id').notNull(),
    zoneId: text('zone_id'),
    domain: text('domain'),
    action: text('action', { enum: OPERATION_ACTIONS }).notNull(),
    subject: text('subject').notNull(),
    before: text('before'),
    after: text('after'),
    state: text('state', { enum: OPERATION_STATES }).notNull(),
    actor: text('actor').notNull(),
    startedAt: text('started_at').notNull(),
    finishedAt: text('finished_at'),
    error: text('error'),
  },
  (table) => [
    oneOf('operations_action', table.action, OPERATION_ACTIONS),
    oneOf('operations_state', table.state, OPERATION_STATES),
    index('operations_by_event').on(table.eventId),
    index('operations_unsettled').on(table.id).where(sql`state in ('intended', 'unknown')`),
  ],
);

export const log = sqliteTable(
  'log',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    at: text('at').notNull(),
    level: text('level', { enum: LOG_LEVELS }).notNull(),
    action: text('action').notNull(),
    actor: text('actor').notNull(),
    domain: text('domain'),
    eventId: text('event_id'),
    runId: text('run_id'),
    message: text('message').notNull(),
  },
  (table) => [
    oneOf('log_level', table.level, LOG_LEVELS),
    index('log_by_time').on(table.at),
    index('log_by_domain').on(table.domain),
    index('log_by_event').on(table.eventId),
  ],
);

/** What setup made, for teardown. By domain, not by site: it also remembers that it made the site. */
export const setupItems = sqliteTable(
  'setup_items',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    domain: text('domain').notNull(),
    accountId: text('account_id').notNull(),
    zoneId: text('zone_id').notNull(),
    kind: text('kind', { enum: SETUP_KINDS }).notNull(),
    subject: text('subject').notNull(),
    remoteId: text('remote_id'),
    before: text('before'),
    after: text('after'),
    state: text('state', { enum: SETUP_ITEM_STATES }).notNull(),
    actor: text('actor').notNull(),
    at: text('at').notNull(),
    changedAt: text('changed_at').notNull(),
  },
  (table) => [
    oneOf('setup_items_kind', table.kind, SETUP_KINDS),
    oneOf('setup_items_state', table.state, SETUP_ITEM_STATES),
    index('setup_items_by_domain').on(table.domain, table.kind),
  ],
);

/** Leases on zones. A released row stays, without a run, so that its fence never starts again. */
export const locks = sqliteTable(
  'locks',
  {
    zoneId: text('zone_id').primaryKey(),
    runId: text('run_id'),
    pid: integer('pid').notNull(),
    host: text('host').notNull(),
    command: text('command').notNull(),
    actor: text('actor').notNull(),
    since: text('since').notNull(),
    /** Milliseconds of the wall clock. */
    expiresAt: integer('expires_at').notNull(),
    fence: integer('fence').notNull(),
  },
  (table) => [index('locks_by_run').on(table.runId)],
);

/** Requests sent, counted by the second of the wall clock. */
export const budget = sqliteTable(
  'budget',
  {
    bucket: text('bucket').notNull(),
    second: integer('second').notNull(),
    count: integer('count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.bucket, table.second] })],
);

export const budgetBlocks = sqliteTable('budget_blocks', {
  bucket: text('bucket').primaryKey(),
  /** Milliseconds of the wall clock. */
  until: integer('until').notNull(),
});

/** What is to be told to people, a row for each channel: queued with what it tells of, kept until it was sent. */
export const outbox = sqliteTable(
  'outbox',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** By its name in the settings: addresses are secrets and never kept here. */
    channel: text('channel').notNull(),
    type: text('type', { enum: NOTICE_TYPES }).notNull(),
    /** JSON of the notice. */
    notice: text('notice').notNull(),
    createdAt: text('created_at').notNull(),
    dueAt: text('due_at').notNull(),
    /** A process is at it until then; one that died leaves the row to the next. */
    claimedUntil: text('claimed_until'),
    attempts: integer('attempts').notNull().default(0),
    sentAt: text('sent_at'),
    error: text('error'),
  },
  (table) => [
    oneOf('outbox_type', table.type, NOTICE_TYPES),
    index('outbox_waiting').on(table.channel, table.dueAt).where(sql`sent_at is null`),
    index('outbox_by_time').on(table.createdAt),
  ],
);

/**
 * One row a site with all that is said of it, so that thousands are read in one statement and a condition
 * can name the state like any other column. Only columns that a query names are computed.
 */
export const catalogue = sqliteView('catalogue', {
  id: integer('id').notNull(),
  domain: text('domain').notNull(),
  name: text('name'),
  zoneId: text('zone_id').notNull(),
  zoneName: text('zone_name').notNull(),
  accountId: text('account_id').notNull(),
  environment: text('environment', { enum: ENVIRONMENTS }).notNull(),
  project: text('project'),
  owner: text('owner'),
  ownHostnames: text('own_hostnames'),
  subdomains: integer('subdomains', { mode: 'boolean' }).notNull(),
  active: integer('active', { mode: 'boolean' }).notNull(),
  inactiveReason: text('inactive_reason'),
  token: text('token'),
  plan: text('plan'),
  createdAt: text('created_at').notNull(),
  updatedAt: text('updated_at').notNull(),
  state: text('state', { enum: SITE_STATES }).notNull(),
  /** JSON from here on. */
  tags: text('tags').notNull(),
  shares: text('shares').notNull(),
  groups: text('groups').notNull(),
  maintenance: text('maintenance'),
  health: text('health'),
}).as(
  sql`select sites.*,
  case
    when exists (select 1 from event_sites where domain = sites.domain and state in ('opening', 'up', 'closing')) then 'maintenance'
    when not sites.active then 'inactive'
    when exists (select 1 from targets where site_id = sites.id and state = 'down') then 'failing'
    else 'active'
  end as state,
  (select json_group_array(tag order by tag) from site_tags where site_id = sites.id) as tags,
  (select json_group_array(json_object('user', user, 'role', role) order by user) from site_shares where site_id = sites.id) as shares,
  (select json_group_array(group_name order by group_name) from group_sites where site_id = sites.id) as groups,
  (select json_object('eventId', events.id, 'kind', kind, 'reason', reason, 'message', message, 'actor', actor, 'since', since, 'until', until,
    'autoEnd', json(iif(auto_end, 'true', 'false')), 'existingRoutes', existing_routes)
    from event_sites join events on events.id = event_sites.event_id
    where event_sites.domain = sites.domain and event_sites.state in ('opening', 'up', 'closing')
    order by since desc, events.id desc limit 1) as maintenance,
  (select json_object('state', state, 'checkedAt', checked_at, 'failures', failures, 'successes', successes)
    from targets where site_id = sites.id
    order by state = 'down' desc, state = 'unknown' desc, failures desc, id limit 1) as health
from sites`,
);

export function siteReference() {
  return integer('site_id')
    .notNull()
    .references((): AnySQLiteColumn => sites.id, { onDelete: 'cascade' });
}

/**
 * The words come from this program, so that naming them in SQL is safe. The column goes without its table,
 * whose name is another one while a migration builds it anew.
 */
export function oneOf(name: string, column: AnySQLiteColumn, words: readonly string[]) {
  return check(name, sql.raw(`"${column.name}" in (${words.map((word) => `'${word}'`).join(', ')})`));
}
