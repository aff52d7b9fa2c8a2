/** Learns what other machines put up on sites: their events are read back from their Workers. */
import pLimit from 'p-limit';
import type { ScriptSummary } from '../cloudflare/api.js';
import type { ErrorReport } from '../model/errors.js';
import { eventOfScript } from '../model/event.js';
import type { Route } from '../model/route.js';
import { coveringPatterns, type Site } from '../model/site.js';
import { patternKey, touches } from './coverage.js';
import type { Engine } from './engine.js';
import { carriesRoutes, indexByZone, listZone } from './observe.js';
import { importScript } from './recover.js';

export interface Learnt {
  readonly warnings: readonly string[];
  /** Sites of which it is not known whether a page is up, by domain, with why. */
  readonly unclear: ReadonlyMap<string, ErrorReport>;
}

interface Run {
  readonly runId: string;
  readonly actor: string;
}

/** Takes every event whose Workers serve these sites into the store, as far as it is not known there. */
export async function learnEvents(
  engine: Engine,
  sites: readonly Site[],
  lists: ReadonlyMap<string, readonly ScriptSummary[] | null>,
  run: Run,
  concurrency: number,
): Promise<Learnt> {
  const warnings: string[] = [];
  const unclear = new Map<string, ErrorReport>();
  for (const [accountId, list] of lists) {
    const own = sites.filter((site) => site.accountId === accountId);
    const routesOf = carriesRoutes(list)
      ? indexByZone(list)
      : await readZones(engine, own, unclear, concurrency);
    for (const [script, { served, routes }] of servedBy(own, routesOf)) {
      const eventId = eventOfScript(script) ?? '';
      const known = isKnown(engine, eventId, routes);
      if (!known && (await importScript(engine, accountId, script, run)) === null) {
        const message = `${script} holds no restore record that this version can read.`;
        warnings.push(message);
        for (const { domain } of served) unclear.set(domain, unreadable(message));
        continue;
      }
      reopen(engine, eventId, served);
    }
  }
  return { warnings, unclear };
}

/** Where the account's script list tells no routes, only the zones themselves do. */
async function readZones(
  engine: Engine,
  sites: readonly Site[],
  unclear: Map<string, ErrorReport>,
  concurrency: number,
): Promise<(site: Site) => readonly Route[]> {
  const limit = pLimit(concurrency);
  const zones = new Map(sites.map((site) => [site.zoneId, site]));
  const views = await Promise.all([...zones.values()].map((zone) => limit(() => listZone(engine, zone))));
  const byZone = new Map(views.map((view) => [view.zoneId, view]));
  for (const { domain, zoneId } of sites) {
    const error = byZone.get(zoneId)?.error ?? null;
    if (error !== null) unclear.set(domain, error);
  }
  return ({ zoneId }) => byZone.get(zoneId)?.routes ?? [];
}

interface Serving {
  readonly served: Site[];
  readonly routes: Route[];
}

/** Scripts of ours by name, with the sites they serve and the routes by which they do. */
function servedBy(
  sites: readonly Site[],
  routesOf: (site: Site) => readonly Route[],
): ReadonlyMap<string, Serving> {
  const scripts = new Map<string, Serving>();
  for (const site of sites) {
    const patterns = coveringPatterns(site);
    const ours = routesOf(site).filter(
      (route) => eventOfScript(route.script) !== null && touches(route.pattern, patterns),
    );
    for (const route of ours) {
      const serving = scripts.get(route.script ?? '') ?? { served: [], routes: [] };
      if (!serving.served.includes(site)) serving.served.push(site);
      serving.routes.push(route);
      scripts.set(route.script ?? '', serving);
    }
  }
  return scripts;
}

/** Whether the journal tells of every one of these routes: another machine may have extended our event. */
function isKnown(engine: Engine, eventId: string, routes: readonly Route[]): boolean {
  const operations = engine.store.operations.ofEvent(eventId);
  const told = new Set(operations.map((operation) => patternKey(operation.subject)));
  return routes.every((route) => told.has(patternKey(route.pattern)));
}

/** A site that was thought lifted although a route of the event serves it still. */
function reopen(engine: Engine, eventId: string, served: readonly Site[]): void {
  const { events } = engine.store;
  const closed = events
    .sites(eventId)
    .filter(({ state }) => state === 'lifted' || state === 'failed')
    .map(({ domain }) => domain);
  const domains = served.map(({ domain }) => domain).filter((domain) => closed.includes(domain));
  if (domains.length === 0) return;
  engine.store.transaction(() => {
    // `up`, for that is what was seen: whether it comes down is not decided by looking.
    events.setSiteState(eventId, domains, 'up', engine.clock().toISOString());
    events.update(eventId, { endedAt: null });
  });
}

function unreadable(message: string): ErrorReport {
  const hint = 'A newer version of maint may have put it up: lift it with that, or in the dashboard.';
  return { code: 'conflict', message, hint, ray: null };
}
