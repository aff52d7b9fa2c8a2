/** What an event leaves in its Worker, so that another machine can lift it: written and read here only. */
import * as z from 'zod';
import type { EventSite, MaintenanceEvent } from '../model/event.js';
import type { Upstream } from '../model/plan.js';
import { failsOpen, type Route } from '../model/route.js';
import { EventKind, ExistingRoutes, OnLimit } from '../model/vocabulary.js';
import type { Claim } from './claims.js';
import { patternKey } from './coverage.js';

const RouteShape = z.looseObject({
  id: z.string(),
  pattern: z.string(),
  script: z.string().nullable(),
});

const RestoreShape = z.object({
  schema: z.literal(1),
  eventId: z.string(),
  kind: EventKind,
  reason: z.string().nullable(),
  actor: z.string(),
  host: z.string(),
  since: z.string(),
  /** Records of versions that did not store the choice. */
  existingRoutes: ExistingRoutes.default('take-over'),
  onLimit: OnLimit.nullable().default(null),
  accountId: z.string(),
  sites: z.array(
    z.object({
      domain: z.string(),
      zoneId: z.string(),
      zoneName: z.string(),
      patterns: z.array(z.string()),
    }),
  ),
  routes: z.array(
    z.object({
      domain: z.string(),
      zoneId: z.string(),
      pattern: z.string(),
      before: RouteShape.nullable(),
      /** What the page's route does past the request limit, where that differs from before. */
      failOpen: z.boolean().optional(),
    }),
  ),
  /** What a bypassed request runs: an extension of the event needs it to bind the same Workers again. */
  upstream: z.array(z.object({ pattern: z.string(), script: z.string().nullable() })),
});

/** The restore record of one script: every route that it took over, with every field it had. */
export type RestoreRecord = z.infer<typeof RestoreShape>;

/** Reads a record out of a Worker; null where it is not one that this version understands. */
export function parseRestoreRecord(value: unknown): RestoreRecord | null {
  const parsed = RestoreShape.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** The record of one script of an event, from the sites it serves and the routes it holds or will hold. */
export function restoreRecord(
  event: MaintenanceEvent,
  accountId: string,
  sites: readonly EventSite[],
  claims: readonly (Pick<Claim, 'domain' | 'zoneId' | 'pattern' | 'before'> & {
    readonly after: Route | null;
  })[],
  upstream: readonly Upstream[],
): RestoreRecord {
  const { id, kind, reason, actor, host, since, existingRoutes, onLimit } = event;
  return {
    schema: 1,
    eventId: id,
    kind,
    reason,
    actor,
    host,
    since,
    existingRoutes,
    onLimit,
    accountId,
    sites: sites.map(({ domain, zoneId, zoneName, patterns }) => ({
      domain,
      zoneId,
      zoneName,
      patterns: [...patterns],
    })),
    routes: claims.map(({ domain, zoneId, pattern, before, after }) => ({
      domain,
      zoneId,
      pattern,
      before,
      ...(failsOpen(after) === failsOpen(before) ? {} : { failOpen: failsOpen(after) }),
    })),
    upstream: [...upstream],
  };
}

/**
 * Joins what a script held before with what is added to it. The newer snapshot of a route wins: no snapshot is
 * ever taken of a route that is ours, so it shows what somebody else put there since.
 */
export function mergeRecords(older: RestoreRecord | null, newer: RestoreRecord): RestoreRecord {
  if (older === null) return newer;
  const key = (route: { zoneId: string; pattern: string }) => `${route.zoneId} ${patternKey(route.pattern)}`;
  const routes = new Map([...older.routes, ...newer.routes].map((route) => [key(route), route]));
  const sites = new Map([...older.sites, ...newer.sites].map((site) => [site.domain, site]));
  const upstream = new Map([...older.upstream, ...newer.upstream].map((entry) => [entry.pattern, entry]));
  return {
    ...newer,
    sites: [...sites.values()],
    routes: [...routes.values()],
    upstream: [...upstream.values()],
  };
}
