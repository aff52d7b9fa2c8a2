import { and, asc, eq, getTableColumns, sql } from 'drizzle-orm';
import { MaintError } from '../model/errors.js';
import { type Standing, type Target, type TargetPolicy, UNCHECKED } from '../model/target.js';
import { checkHistory } from './check-history.js';
import type { Connection } from './connection.js';
import { readHeaders, readRanges, readTexts } from './json-columns.js';
import { targets } from './monitoring-schema.js';
import { placeholders } from './placeholders.js';
import { sites } from './schema.js';
import type { TargetTable } from './store.js';
import { isOneOf } from './value-list.js';

export function targetTable(connection: Connection): TargetTable {
  const { db, write } = connection;
  const history = checkHistory(connection);
  const list = (filter: Parameters<TargetTable['list']>[0] = {}) => listTargets(connection, filter);
  const get = (id: number) => list({ ids: [id] })[0] ?? null;
  // Prepared when first needed: a store is also opened to migrate it, before these columns exist.
  let stand: StandStatement | null = null;
  return {
    list,
    get,
    byDomain: (domain) => list({ domains: [domain] }),
    timings: () => {
      const { id, intervalMs, checkedAt } = targets;
      const query = db.select({ id, domain: sites.domain, intervalMs, checkedAt }).from(targets);
      return query.innerJoin(sites, eq(sites.id, targets.siteId)).all();
    },
    insert: (domain, policy, now) =>
      write(() => {
        const site = db.select({ id: sites.id }).from(sites).where(eq(sites.domain, domain)).get();
        if (site === undefined) throw new MaintError('not-found', `${domain} is not in the catalogue.`);
        const row = { ...toColumns(policy), siteId: site.id, url: policy.url, createdAt: now };
        const { lastInsertRowid } = db.insert(targets).values(row).run();
        return existing(get(Number(lastInsertRowid)));
      }),
    update: (id, changes) =>
      write(() => {
        const before = existing(get(id));
        const row = { ...toColumns(changes), ...(asksAnew(before, changes) && standingColumns(UNCHECKED)) };
        if (Object.keys(row).length === 0) return;
        db.update(targets).set(row).where(eq(targets.id, id)).run();
      }),
    remove: (id) =>
      write(() => {
        db.delete(targets).where(eq(targets.id, id)).run();
        history.forget(id);
      }),
    record: (checks) =>
      write(() => {
        stand ??= standStatement(connection);
        for (const { result, standing } of checks) {
          const columns = standingColumns(standing);
          const { changes } = stand.run({
            ...columns,
            covered: Number(columns.covered),
            id: result.targetId,
          });
          // A target that was removed while it was being checked leaves nothing behind.
          if (changes > 0) history.append(result);
        }
      }),
    cover: (ids) => void db.update(targets).set({ covered: true }).where(isOneOf(targets.id, ids)).run(),
    history: history.read,
    oldest: history.oldest,
    daily: (id, { since } = {}) => history.daily(id, since),
    prune: history.prune,
  };
}

function existing(target: Target | null): Target {
  if (target === null) throw new MaintError('not-found', 'There is no such target any more.');
  return target;
}

function listTargets(
  { db }: Connection,
  { domains, ids }: { readonly domains?: readonly string[]; readonly ids?: readonly number[] },
): Target[] {
  return db
    .select({ ...getTableColumns(targets), domain: sites.domain })
    .from(targets)
    .innerJoin(sites, eq(sites.id, targets.siteId))
    .where(
      and(
        domains === undefined ? undefined : isOneOf(sites.domain, domains),
        ids === undefined ? undefined : isOneOf(targets.id, ids),
      ),
    )
    .orderBy(asc(sites.domain), asc(targets.id))
    .all()
    .map(toTarget);
}

type Row = typeof targets.$inferSelect & { readonly domain: string };

function toTarget(row: Row): Target {
  const { siteId: _siteId, headers, expectStatus, ...rest } = row;
  const { state, failures, successes, checkedAt, changedAt, flips, frozenUntil, covered, ...policy } = rest;
  return {
    ...policy,
    headers: readHeaders(headers),
    expectStatus: readRanges(expectStatus),
    standing: {
      state,
      failures,
      successes,
      checkedAt,
      changedAt,
      flips: flips === '[]' ? NONE : readTexts(flips),
      frozenUntil,
      covered,
    },
  };
}

const NONE: readonly string[] = [];

/** Leaves out what is left out, so that it serves inserts and updates. */
function toColumns({ headers, expectStatus, ...plain }: Partial<TargetPolicy>) {
  return {
    ...plain,
    ...(headers && { headers: JSON.stringify(headers) }),
    ...(expectStatus && { expectStatus: JSON.stringify(expectStatus) }),
  };
}

function standingColumns({ flips, covered, ...plain }: Standing) {
  return { ...plain, covered, flips: flips.length === 0 ? '[]' : JSON.stringify(flips) };
}

type StandStatement = { run(row: Readonly<Record<string, unknown>>): { changes: number } };

function standStatement({ db }: Connection): StandStatement {
  const columns = placeholders(
    'state',
    'failures',
    'successes',
    'checkedAt',
    'changedAt',
    'flips',
    'frozenUntil',
    'covered',
  );
  const set = Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, sql`${value}`]));
  return db
    .update(targets)
    .set(set)
    .where(eq(targets.id, sql.placeholder('id')))
    .prepare();
}

/** Whether a change makes earlier results say nothing about what is checked from now on. */
function asksAnew(before: TargetPolicy, changes: Partial<TargetPolicy>): boolean {
  const asked = ['url', 'method', 'headers', 'expectStatus', 'expectText'] as const;
  return asked.some(
    (key) => changes[key] !== undefined && JSON.stringify(changes[key]) !== JSON.stringify(before[key]),
  );
}
