/** What `enable` would change: pure, from sites and what was seen. */
import type { ErrorReport } from '../model/errors.js';
import { eventOfScript } from '../model/event.js';
import type { Change, Dodge, EnablePlan, SitePlan } from '../model/plan.js';
import type { Route } from '../model/route.js';
import { parsePattern } from '../model/route-pattern.js';
import { coveringPatterns, type Site } from '../model/site.js';
import type { ExistingRoutes, OnLimit } from '../model/vocabulary.js';
import { dodgeReason, dodges, patternKey, samePattern } from './coverage.js';
import type { Observation, ZoneView } from './observation.js';
import { limitWarnings } from './request-limit.js';

export interface EnableInput {
  readonly sites: readonly Site[];
  readonly observation: Observation;
  readonly existingRoutesOf: (eventId: string) => ExistingRoutes;
  readonly onLimitOf: (eventId: string) => OnLimit | null;
  /** The event that new sites join. */
  readonly eventId: string;
  /** The script of the new event that will serve a site. */
  readonly scriptOf: (site: Site) => string;
}

/** Plans each site; a route that two sites share is changed once, for the first. Sorted by domain. */
export function planEnable(input: EnableInput): Omit<EnablePlan, 'scripts'> {
  const taken = new Set<string>();
  const sorted = [...input.sites].sort((a, b) => (a.domain < b.domain ? -1 : 1));
  const sites = sorted.map((site) => planSite(site, input, taken));
  return {
    kind: 'enable',
    eventId: input.eventId,
    sites,
    warnings: [
      ...warningsFor(sorted, sites),
      ...limitWarnings(sorted, sites, input.onLimitOf(input.eventId)),
    ],
  };
}

function planSite(site: Site, input: EnableInput, taken: Set<string>): SitePlan {
  const zone = input.observation.zones.get(site.zoneId);
  const patterns = coveringPatterns(site);
  const frame = {
    domain: site.domain,
    accountId: site.accountId,
    zoneId: site.zoneId,
    zoneName: site.zoneName,
    patterns,
    conflicts: [],
  };
  if (zone === undefined || zone.error !== null) {
    const note = zone?.error?.message ?? 'The zone could not be read.';
    const error = zone?.error ?? null;
    return { ...frame, outcome: 'failed', eventId: null, changes: [], dodged: [], note, error };
  }
  const own = ownEvent(zone, patterns) ?? recordedEvent(zone, site);
  const script = own?.script ?? input.scriptOf(site);
  const eventId = own?.eventId ?? input.eventId;
  const wishes = {
    script,
    existing: input.existingRoutesOf(eventId),
    flag: flagFor(input.onLimitOf(eventId)),
  };
  const { changes, dodged } = planRoutes(site, zone, patterns, wishes, taken);
  if (changes.length === 0 && own !== null) {
    return { ...frame, outcome: 'unchanged', eventId, changes, dodged, note: inMaintenance(site, eventId) };
  }
  if (changes.length === 0) {
    const left = { ...frame, eventId: null, changes, dodged };
    if (dodged.length > 0) return { ...left, outcome: 'skipped', note: ALL_KEPT, error: allKept(site) };
    return {
      ...left,
      outcome: 'unchanged',
      note: 'Every hostname of it is covered by another site of this run.',
    };
  }
  const note = own === null ? null : `The page of event ${eventId} is only partly up: this completes it.`;
  return { ...frame, outcome: 'planned', eventId, changes, dodged, note };
}

interface Own {
  readonly eventId: string;
  readonly script: string;
}

/**
 * The event whose script already serves part of what is to be covered, if any. A name below the domain tells
 * nothing: it may be a site of its own, in an event of its own.
 */
function ownEvent(zone: ZoneView, patterns: readonly string[]): Own | null {
  const named = patterns.filter((pattern) => !parsePattern(pattern).wildcardHost);
  return oursAmong(
    zone,
    ({ pattern }) => dodges(pattern, named) || patterns.some((covering) => samePattern(covering, pattern)),
  );
}

/** The event that the site is recorded in, as long as any route of its script is left in the zone. */
function recordedEvent(zone: ZoneView, site: Site): Own | null {
  const recorded = site.maintenance?.eventId;
  return oursAmong(zone, (route) => eventOfScript(route.script) === recorded);
}

function oursAmong(zone: ZoneView, which: (route: Route) => boolean): Own | null {
  for (const route of zone.routes) {
    const eventId = eventOfScript(route.script);
    if (eventId !== null && route.script !== null && which(route)) return { eventId, script: route.script };
  }
  return null;
}

const ALL_KEPT = 'Every route that would show the page is kept for its Worker.';

function allKept({ domain }: Site): ErrorReport {
  return {
    code: 'failed',
    message: `${domain} shows no page: every route that would show it is kept for its Worker.`,
    hint: '`--existing-routes take-over` lets the page use these routes; `maint disable` puts them back.',
    ray: null,
  };
}

/** What is wanted of the routes of one site. */
interface Wishes {
  readonly script: string;
  readonly existing: ExistingRoutes;
  readonly flag: { readonly request_limit_fail_open?: boolean };
}

function planRoutes(
  site: Site,
  zone: ZoneView,
  patterns: readonly string[],
  { script, existing, flag }: Wishes,
  taken: Set<string>,
): { changes: Change[]; dodged: Dodge[] } {
  const changes: Change[] = [];
  const dodged: Dodge[] = [];
  const claim = (change: Change) => {
    const key = `${change.zoneId} ${patternKey(change.pattern)}`;
    if (!taken.has(key)) changes.push(change);
    taken.add(key);
  };
  const base = { domain: site.domain, accountId: site.accountId, zoneId: site.zoneId, script };
  for (const pattern of patterns) {
    if (zone.routes.some((route) => samePattern(route.pattern, pattern))) continue;
    const after: Route = { id: '', pattern, script, ...flag };
    claim({ ...base, action: 'create-route', pattern, routeId: null, before: null, after });
  }
  for (const route of zone.routes) {
    if (eventOfScript(route.script) !== null || !dodges(route.pattern, patterns)) continue;
    if (existing === 'keep') {
      dodged.push({ pattern: route.pattern, script: route.script, reason: dodgeReason(route) });
      continue;
    }
    const after = { ...route, script, ...flag };
    const { pattern, id } = route;
    claim({ ...base, action: 'take-over-route', pattern, routeId: id, before: route, after });
  }
  return { changes: changes.sort(byPattern), dodged: dodged.sort(byPattern) };
}

function flagFor(choice: OnLimit | null): Wishes['flag'] {
  return choice === null ? {} : { request_limit_fail_open: choice === 'fail-open' };
}

const byPattern = (a: { pattern: string }, b: { pattern: string }) => (a.pattern < b.pattern ? -1 : 1);

function inMaintenance(site: Site, eventId: string): string {
  const event = site.maintenance;
  if (event === null || event.eventId !== eventId) return `Already in maintenance, event ${eventId}.`;
  const why = event.reason === null ? '' : ` (${event.reason})`;
  return `Already in maintenance since ${event.since}, put up by ${event.actor}${why}, event ${eventId}.`;
}

function warningsFor(sites: readonly Site[], plans: readonly SitePlan[]): string[] {
  const inactive = sites.filter((site) => !site.active);
  const warnings = inactive.map(
    (site) =>
      `${site.domain}: ${site.inactiveReason ?? 'Its zone is not active.'} Visitors will not see the page.`,
  );
  const kept = plans.flatMap((plan) => plan.dodged.map((dodge) => `${plan.domain}: ${dodge.reason}.`));
  return [...warnings, ...kept];
}
