/**
 * As much of the store as a monitor needs, in plain maps: SQLite would take an hour for a year of 300 sites.
 * That both come to the same end is a test of its own.
 */
import type { EventSite, MaintenanceEvent } from '../../src/model/event.js';
import type { Site } from '../../src/model/site.js';
import { type Target, UNCHECKED } from '../../src/model/target.js';
import type { EventTable, LockHolder, LockTable, Store, TargetTable } from '../../src/store/store.js';

/** Of each table only what is asked for. */
type LightStore = { [Name in keyof Store]?: Store[Name] extends object ? Partial<Store[Name]> : Store[Name] };

export function lightStore(): Store {
  const sites = new Map<string, Site>();
  const store: LightStore = {
    sites: {
      insert: (given) => {
        for (const { domain, zoneId } of given) {
          sites.set(domain, { domain, zoneId, active: true } as Site);
        }
      },
      byDomain: (domain) => sites.get(domain) ?? null,
    },
    events: lightEvents(),
    targets: lightTargets(),
    locks: lightLocks(),
    transaction: <T>(work: () => T) => work(),
    close: () => {},
  };
  return store as Store;
}

function lightTargets(): Partial<TargetTable> {
  const rows = new Map<number, Target>();
  return {
    list: ({ ids, domains } = {}) => {
      if (ids !== undefined) return ids.flatMap((id) => rows.get(id) ?? []);
      const chosen = domains === undefined ? null : new Set(domains);
      return [...rows.values()].filter(({ domain }) => chosen?.has(domain) ?? true);
    },
    get: (id) => rows.get(id) ?? null,
    timings: () =>
      [...rows.values()].map(({ id, domain, intervalMs, standing }) => ({
        id,
        domain,
        intervalMs,
        checkedAt: standing.checkedAt,
      })),
    insert: (domain, policy, createdAt) => {
      const target = { ...policy, id: rows.size + 1, domain, standing: UNCHECKED, createdAt };
      rows.set(target.id, target);
      return target;
    },
    record: (checks) => {
      for (const { result, standing } of checks) {
        rows.set(result.targetId, { ...(rows.get(result.targetId) as Target), standing });
      }
    },
    cover: (ids) => {
      for (const id of ids) {
        const target = rows.get(id) as Target;
        rows.set(id, { ...target, standing: { ...target.standing, covered: true } });
      }
    },
    oldest: () => null,
  };
}

function lightEvents(): Partial<EventTable> {
  const events = new Map<string, MaintenanceEvent>();
  const open = new Map<string, EventSite>();
  return {
    insert: (event, sites) => {
      events.set(event.id, event);
      for (const site of sites) open.set(site.domain, site);
    },
    get: (id) => events.get(id) ?? null,
    update: (id, changes) => {
      events.set(id, { ...(events.get(id) as MaintenanceEvent), ...changes });
    },
    openSites: (domains) =>
      domains === undefined ? [...open.values()] : domains.flatMap((domain) => open.get(domain) ?? []),
    setSiteState: (_eventId, domains, state) => {
      for (const domain of domains) {
        if (state === 'lifted') open.delete(domain);
        else open.set(domain, { ...(open.get(domain) as EventSite), state });
      }
    },
    endIfDone: (eventId) => {
      if ([...open.values()].some((site) => site.eventId === eventId)) return false;
      return events.delete(eventId);
    },
  };
}

function lightLocks(): Partial<LockTable> {
  let holder: LockHolder | null = null;
  return {
    acquire: (_zoneIds, given) => {
      if (holder !== null) return holder;
      holder = given;
      return null;
    },
    renew: (runId) => holder?.runId === runId,
    release: () => {
      holder = null;
    },
  };
}
