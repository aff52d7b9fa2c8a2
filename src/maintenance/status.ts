/** What is recorded beside what Cloudflare and the edge show. */
import { eventOfScript } from '../model/event.js';
import type { Dodge } from '../model/plan.js';
import type { Route } from '../model/route.js';
import { mostSpecific } from '../model/route-pattern.js';
import { coveringPatterns, hostnamesOf, type Site, type SiteMaintenance } from '../model/site.js';
import { tally } from '../model/tally.js';
import { dodgeReason, dodges, samePattern } from './coverage.js';
import { type Engine, servingOnly } from './engine.js';
import type { Observation, ZoneView } from './observation.js';
import { observe } from './observe.js';
import { FEW } from './prepare-enable.js';
import type { HostCoverage, Observed, SiteStatus, StatusReport } from './types.js';
import { glanceAtSites } from './verify.js';

export interface StatusOptions {
  /** Only what is recorded here: no request is sent. */
  readonly offline?: boolean;
  /** Also looks at each site through the edge. */
  readonly verify?: boolean;
  /** No zone and no site is looked at any more once it fires. */
  readonly stop?: AbortSignal | undefined;
}

/**
 * Reports each site; one that cannot be read is `unknown` with its error and does not stop the others.
 * @throws MaintError `interrupted` where it is stopped before all zones are read.
 */
export async function statusOf(
  engine: Engine,
  sites: readonly Site[],
  options: StatusOptions,
): Promise<StatusReport> {
  const observation = options.offline ? null : await observeSites(engine, sites, options.stop);
  const judged = sites.map((site) => judge(engine, site, observation));
  const seen = options.verify && !options.offline ? await lookAtEdge(engine, sites, options.stop) : null;
  const rows = judged.map((row) => ({ ...row, verified: seen?.get(row.domain) ?? null }));
  const unread = [...(observation?.zones.values() ?? [])].filter(
    (zone) => !zone.complete && zone.error === null,
  );
  return {
    summary: {
      total: rows.length,
      byStatus: tally(rows, (row) => row.state),
      byEnvironment: tally(rows, (row) => row.environment),
      byProject: tally(rows, (row) => row.project),
    },
    sites: rows,
    warnings: unread.length === 0 ? [] : [`${unread.length} zones were judged by the account's script list.`],
  };
}

async function observeSites(
  engine: Engine,
  sites: readonly Site[],
  stop: AbortSignal | undefined,
): Promise<Observation> {
  const inMaintenance = new Set(sites.filter((site) => site.maintenance !== null).map((site) => site.zoneId));
  return observe(servingOnly(engine, sites), sites, {
    concurrency: 8,
    // Looking must not spend what acting needs: of many zones only those are read where a page is up.
    readAnyway: (zones) => (zones <= FEW ? zones : 0),
    // Coverage matters where a page is up; elsewhere the script list shows whether one is.
    needsZone: (zone, routes) =>
      inMaintenance.has(zone.zoneId) || routes.some((route) => eventOfScript(route.script) !== null),
    needsScripts: () => false,
    stop,
  });
}

function judge(engine: Engine, site: Site, observation: Observation | null): Omit<SiteStatus, 'verified'> {
  const event = site.maintenance;
  const recorded = event === null ? 'live' : 'maintenance';
  const zone = observation?.zones.get(site.zoneId);
  const seen = see(site, zone);
  const eventId = event?.eventId ?? seen.eventId;
  return {
    domain: site.domain,
    environment: site.environment,
    project: site.project,
    state: site.state,
    recorded,
    observed: seen.observed,
    drift: drifted(event, recorded, seen),
    dodged: seen.dodged,
    hostnames: seen.hostnames,
    eventId,
    since: event?.since ?? null,
    until: event?.until ?? null,
    reason: event?.reason ?? null,
    notes: notesOn(engine, site, seen),
    error: zone?.error ?? null,
  };
}

/** Whether Cloudflare differs from what is recorded; routes that the event chose to keep are no difference. */
function drifted(event: SiteMaintenance | null, recorded: SiteStatus['recorded'], seen: Seen): boolean {
  if (event?.existingRoutes === 'keep' && seen.observed === 'partial') return !seen.onlyDodged;
  return seen.observed !== 'unknown' && seen.observed !== recorded;
}

interface Seen {
  readonly observed: Observed;
  /** Nothing but routes of others keeps URLs out of the page: every pattern that covers the site is in use. */
  readonly onlyDodged: boolean;
  readonly eventId: string | null;
  readonly dodged: readonly Dodge[];
  readonly hostnames: readonly HostCoverage[];
}

function see(site: Site, zone: ZoneView | undefined): Seen {
  if (zone === undefined || zone.error !== null) {
    return { observed: 'unknown', onlyDodged: false, eventId: null, dodged: [], hostnames: [] };
  }
  const patterns = coveringPatterns(site);
  const ours = patterns.filter((pattern) => isOurs(zone.routes, pattern));
  const script = zone.routes.find(
    (route) => eventOfScript(route.script) !== null && patterns.some((p) => samePattern(p, route.pattern)),
  );
  if (ours.length === 0) {
    const hostnames = hostCoverage(site, zone.routes, []);
    return { observed: 'live', onlyDodged: false, eventId: null, dodged: [], hostnames };
  }
  const dodged = zone.routes
    .filter((route) => eventOfScript(route.script) === null && dodges(route.pattern, patterns))
    .map((route) => ({ pattern: route.pattern, script: route.script, reason: dodgeReason(route) }));
  const whole = ours.length === patterns.length && dodged.length === 0;
  return {
    observed: whole ? 'maintenance' : 'partial',
    onlyDodged: patterns.every((pattern) => zone.routes.some((route) => samePattern(route.pattern, pattern))),
    eventId: eventOfScript(script?.script ?? null),
    dodged,
    hostnames: hostCoverage(site, zone.routes, dodged),
  };
}

function isOurs(routes: readonly Route[], pattern: string): boolean {
  return routes.some((route) => samePattern(route.pattern, pattern) && eventOfScript(route.script) !== null);
}

function hostCoverage(site: Site, routes: readonly Route[], dodged: readonly Dodge[]): HostCoverage[] {
  return hostnamesOf(site).map((hostname) => {
    const route = mostSpecific(routes, `https://${hostname}/`);
    const covered = eventOfScript(route?.script ?? null) !== null;
    const around = dodged.some((dodge) => dodges(dodge.pattern, [`${hostname}/*`]));
    return {
      hostname,
      coverage: covered ? (around ? 'dodged' : 'covered') : 'open',
      script: route?.script ?? null,
    };
  });
}

function notesOn(engine: Engine, site: Site, seen: Seen): string[] {
  const notes: string[] = [];
  const now = engine.clock().toISOString();
  const event = site.maintenance;
  if (!site.active) notes.push(site.inactiveReason ?? 'The zone is not active.');
  if (event?.until != null && event.until < now) notes.push(endNote(event.until, event.autoEnd));
  if (event === null && seen.eventId !== null) {
    notes.push(
      `Event ${seen.eventId} was put up from another machine; \`maint disable\` lifts it all the same.`,
    );
  }
  const [open] = engine.store.events.openSites([site.domain]);
  const working = engine.store.locks.holders(engine.clock().getTime());
  if (open?.state === 'opening' || open?.state === 'closing') {
    if (working.length > 0) notes.push('A run is at work here now.');
    else notes.push('A run was interrupted here: `maint resume` finishes it.');
  }
  return notes;
}

function endNote(until: string, autoEnd: boolean): string {
  return autoEnd
    ? `It ended by itself at ${until}; \`maint disable\` restores the routes.`
    : `Overdue: it was to end at ${until}.`;
}

async function lookAtEdge(
  engine: Engine,
  sites: readonly Site[],
  stop: AbortSignal | undefined,
): Promise<ReadonlyMap<string, boolean | null>> {
  const now = engine.clock().toISOString();
  return glanceAtSites(
    engine,
    sites.map((site) => ({
      domain: site.domain,
      patterns: coveringPatterns(site),
      eventId: hasEnded(site.maintenance, now) ? null : (site.maintenance?.eventId ?? null),
    })),
    stop,
  );
}

/** Whether the Worker lets everybody through by now, though its routes are still there. */
function hasEnded(event: SiteMaintenance | null, now: string): boolean {
  return event?.autoEnd === true && event.until !== null && event.until < now;
}
