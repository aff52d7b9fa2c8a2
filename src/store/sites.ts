import { and, asc, desc, eq, isNotNull, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Site } from '../model/site.js';
import type { Role } from '../model/vocabulary.js';
import type { Connection } from './connection.js';
import { readHealth, readMaintenance, readShares, readTexts, writeJson } from './json-columns.js';
import { placeholders } from './placeholders.js';
import { catalogue, siteShares, sites, siteTags } from './schema.js';
import type { NewSite, SelectOptions, SiteChanges, SiteTable } from './store.js';
import { isOneOf } from './value-list.js';

export function siteTable(connection: Connection): SiteTable {
  const { db, write } = connection;
  return {
    select: (condition, options) => statement(connection, condition, options).all().map(toSite),
    toSQL(condition, options) {
      const { sql: text, params } = statement(connection, condition, options).toSQL();
      return { sql: text, params };
    },
    count(condition) {
      const counted = db.select({ total: sql<number>`count(*)` }).from(catalogue);
      return counted.where(asSql(condition)).get()?.total ?? 0;
    },
    byDomain: (domain) => statement(connection, eq(catalogue.domain, domain)).all().map(toSite)[0] ?? null,
    domains() {
      const rows = db.select({ domain: sites.domain }).from(sites).orderBy(asc(sites.domain)).all();
      return rows.map((row) => row.domain);
    },
    insert: (added, now) => write(() => insertSites(connection, added, now)),
    update: (siteIds, changes, now) => write(() => updateSites(connection, siteIds, changes, now)),
    tag: (siteIds, add, remove, now) => write(() => tagSites(connection, siteIds, add, remove, now)),
    share: (siteIds, users, role, now) => write(() => shareSites(connection, siteIds, users, role, now)),
    unshare: (siteIds, users, now) => write(() => unshareSites(connection, siteIds, users, now)),
    remove: (siteIds) => void db.delete(sites).where(isOneOf(sites.id, siteIds)).run(),
    values: (field) => distinctValues(connection, field),
    tokensOf: (of, ids) => boundTokens(connection, of === 'zone' ? sites.zoneId : sites.accountId, ids),
  };
}

function statement({ db }: Connection, condition?: SQLWrapper, options: SelectOptions = {}) {
  const query = db
    .select()
    .from(catalogue)
    .where(asSql(condition))
    .orderBy(...(options.orderBy ?? []), asc(catalogue.domain))
    .$dynamic();
  return options.limit === undefined ? query : query.limit(options.limit);
}

function asSql(condition: SQLWrapper | undefined): SQL | undefined {
  return condition?.getSQL();
}

function toSite(row: typeof catalogue.$inferSelect): Site {
  return {
    ...row,
    ownHostnames: row.ownHostnames === null ? null : readTexts(row.ownHostnames),
    tags: readTexts(row.tags),
    shares: readShares(row.shares),
    groups: readTexts(row.groups),
    maintenance: readMaintenance(row.maintenance),
    health: readHealth(row.health),
  };
}

const NEW_SITE = placeholders(
  'domain',
  'zoneId',
  'zoneName',
  'accountId',
  'environment',
  'project',
  'owner',
  'active',
  'inactiveReason',
  'token',
  'plan',
  'createdAt',
  'updatedAt',
);

/** A site that another process added meanwhile stays as it is, with its tags. */
function insertSites({ db }: Connection, added: readonly NewSite[], now: string): void {
  const insertSite = db.insert(sites).values(NEW_SITE).onConflictDoNothing().prepare();
  const insertTag = db.insert(siteTags).values(placeholders('siteId', 'tag')).prepare();
  for (const { tags, ...site } of added) {
    const { changes, lastInsertRowid } = insertSite.run({ ...site, createdAt: now, updatedAt: now });
    if (changes === 0) continue;
    for (const tag of new Set(tags)) insertTag.run({ siteId: Number(lastInsertRowid), tag });
  }
}

function updateSites({ db }: Connection, ids: readonly number[], changes: SiteChanges, now: string): void {
  const { ownHostnames, ...plain } = changes;
  const hostnames = ownHostnames === undefined ? {} : { ownHostnames: writeJson(ownHostnames) };
  const values = { ...plain, ...hostnames, updatedAt: now };
  db.update(sites).set(values).where(isOneOf(sites.id, ids)).run();
}

function tagSites(
  connection: Connection,
  ids: readonly number[],
  add: readonly string[],
  remove: readonly string[],
  now: string,
): void {
  const { db } = connection;
  db.delete(siteTags)
    .where(and(isOneOf(siteTags.siteId, ids), isOneOf(siteTags.tag, remove)))
    .run();
  db.run(sql`insert into ${siteTags} (site_id, tag)
    select ${sites.id}, tag.value from ${sites}, json_each(${JSON.stringify(add)}) as tag
    where ${isOneOf(sites.id, ids)} on conflict do nothing`);
  touch(connection, ids, now);
}

/** A share that is there already takes the new role. */
function shareSites(
  connection: Connection,
  ids: readonly number[],
  users: readonly string[],
  role: Role,
  now: string,
): void {
  connection.db.run(sql`insert into ${siteShares} (site_id, user, role)
    select ${sites.id}, user.value, ${role} from ${sites}, json_each(${JSON.stringify(users)}) as user
    where ${isOneOf(sites.id, ids)} on conflict do update set role = excluded.role`);
  touch(connection, ids, now);
}

function unshareSites(connection: Connection, ids: readonly number[], users: readonly string[], now: string) {
  const { db } = connection;
  db.delete(siteShares)
    .where(and(isOneOf(siteShares.siteId, ids), isOneOf(siteShares.user, users)))
    .run();
  touch(connection, ids, now);
}

function touch({ db }: Connection, ids: readonly number[], now: string): void {
  db.update(sites).set({ updatedAt: now }).where(isOneOf(sites.id, ids)).run();
}

const VALUE_COLUMNS = {
  project: sites.project,
  owner: sites.owner,
  account: sites.accountId,
  tag: siteTags.tag,
} as const;

function distinctValues({ db }: Connection, field: keyof typeof VALUE_COLUMNS): string[] {
  const column = VALUE_COLUMNS[field];
  const rows = db.selectDistinct({ value: column }).from(column.table).orderBy(asc(column)).all();
  return rows.flatMap(({ value }) => (value === null ? [] : [value]));
}

function boundTokens(
  { db }: Connection,
  column: typeof sites.zoneId | typeof sites.accountId,
  ids: readonly string[],
): string[] {
  const rows = db
    .select({ token: sites.token })
    .from(sites)
    .where(and(isOneOf(column, ids), isNotNull(sites.token)))
    .groupBy(sites.token)
    .orderBy(desc(sql`count(*)`), asc(sites.token))
    .all();
  return rows.flatMap(({ token }) => token ?? []);
}
