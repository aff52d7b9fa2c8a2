import { and, asc, desc, eq, exists, isNotNull, isNull, notExists, sql } from 'drizzle-orm';
import { MaintError } from '../model/errors.js';
import type { EventSite, EventSiteState, MaintenanceEvent } from '../model/event.js';
import type { Connection } from './connection.js';
import { readTexts } from './json-columns.js';
import { placeholders } from './placeholders.js';
import { eventSites, events } from './schema.js';
import type { EventFilter, EventTable } from './store.js';
import { isOneOf } from './value-list.js';

/** States in which a site still carries the event's page, or may. */
const OPEN: readonly EventSiteState[] = ['opening', 'up', 'closing'];

export function eventTable(connection: Connection): EventTable {
  const { db, write } = connection;
  return {
    insert: (event, sites) =>
      write(() => {
        db.insert(events).values(toRow(event)).run();
        insertSites(connection, sites);
      }),
    get(id) {
      const row = db.select().from(events).where(eq(events.id, id)).get();
      return row ? toEvent(row) : null;
    },
    list: (filter = {}) => listEvents(connection, filter),
    update(id, changes) {
      const { changes: updated } = db.update(events).set(toRow(changes)).where(eq(events.id, id)).run();
      if (updated === 0) throw new MaintError('not-found', `There is no event '${id}'.`);
    },
    sites(eventId) {
      const rows = db.select().from(eventSites).where(eq(eventSites.eventId, eventId));
      return rows.orderBy(asc(eventSites.domain)).all().map(toEventSite);
    },
    openSites: (domains) => openSites(connection, domains),
    addSites: (sites) => write(() => insertSites(connection, sites)),
    setSiteState(eventId, domains, state, now) {
      const chosen = and(eq(eventSites.eventId, eventId), isOneOf(eventSites.domain, domains));
      db.update(eventSites).set({ state, changedAt: now }).where(chosen).run();
    },
    endIfDone(eventId, now) {
      const open = and(eq(eventSites.eventId, events.id), isOneOf(eventSites.state, OPEN));
      const done = notExists(db.select({ one: sql`1` }).from(eventSites).where(open));
      const chosen = and(eq(events.id, eventId), isNull(events.endedAt), done);
      return db.update(events).set({ endedAt: now }).where(chosen).run().changes > 0;
    },
  };
}

function listEvents({ db }: Connection, filter: EventFilter): MaintenanceEvent[] {
  const { open, kind, domain, limit } = filter;
  const ofDomain =
    domain !== undefined && and(eq(eventSites.eventId, events.id), eq(eventSites.domain, domain));
  const query = db
    .select()
    .from(events)
    .where(
      and(
        open === undefined ? undefined : (open ? isNull : isNotNull)(events.endedAt),
        kind === undefined ? undefined : eq(events.kind, kind),
        ofDomain ? exists(db.select({ one: sql`1` }).from(eventSites).where(ofDomain)) : undefined,
      ),
    )
    .orderBy(desc(events.since), desc(events.id))
    .$dynamic();
  return (limit === undefined ? query : query.limit(limit)).all().map(toEvent);
}

function openSites({ db }: Connection, domains?: readonly string[]): EventSite[] {
  return db
    .select({ site: eventSites })
    .from(eventSites)
    .innerJoin(events, eq(events.id, eventSites.eventId))
    .where(
      and(
        isOneOf(eventSites.state, OPEN),
        domains === undefined ? undefined : isOneOf(eventSites.domain, domains),
      ),
    )
    .orderBy(desc(events.since), desc(events.id), asc(eventSites.domain))
    .all()
    .map(({ site }) => toEventSite(site));
}

const SITE = placeholders('eventId', 'domain', 'zoneId', 'zoneName', 'accountId', 'patterns', 'state');

const RENEWED = {
  zoneId: sql`excluded.zone_id`,
  zoneName: sql`excluded.zone_name`,
  accountId: sql`excluded.account_id`,
  patterns: sql`excluded.patterns`,
  state: sql`excluded.state`,
};

/** A site that is in the event already takes the new state and patterns: an enable that was repeated. */
function insertSites({ db }: Connection, sites: readonly EventSite[]): void {
  const insert = db
    .insert(eventSites)
    .values(SITE)
    .onConflictDoUpdate({ target: [eventSites.eventId, eventSites.domain], set: RENEWED })
    .prepare();
  for (const site of sites) insert.run({ ...site, patterns: JSON.stringify(site.patterns) });
}

type Row = typeof events.$inferSelect;

function toEvent({ allowIps, allowPaths, ...row }: Row): MaintenanceEvent {
  return { ...row, allowIps: readTexts(allowIps), allowPaths: readTexts(allowPaths) };
}

/** Leaves out what the event leaves out, so that it serves inserts and updates. */
function toRow<T extends Partial<MaintenanceEvent>>({ allowIps, allowPaths, ...plain }: T) {
  return {
    ...plain,
    ...(allowIps && { allowIps: JSON.stringify(allowIps) }),
    ...(allowPaths && { allowPaths: JSON.stringify(allowPaths) }),
  } as Omit<T, 'allowIps' | 'allowPaths'> & { allowIps: string; allowPaths: string };
}

function toEventSite({ patterns, changedAt: _changedAt, ...row }: typeof eventSites.$inferSelect): EventSite {
  return { ...row, patterns: readTexts(patterns) };
}
