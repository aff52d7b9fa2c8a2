/** Which script serves which site, and what each script must know: pure. */
import { eventOfScript, scriptName } from '../model/event.js';
import type { ScriptPlan, SitePlan } from '../model/plan.js';
import type { Route } from '../model/route.js';
import { compareSpecificity, parsePattern, type RoutePattern } from '../model/route-pattern.js';
import type { Site } from '../model/site.js';
import type { Claim } from './claims.js';
import { patternKey, samePattern, touches } from './coverage.js';
import type { Observation } from './observation.js';

/** Cloudflare refuses routes of one script in more zones than this (Workers limits, error 100149). */
export const ZONES_PER_SCRIPT = 1_000;

/** Gives each site the name of its script: one an account, more past the limit of zones. */
export function assignScripts(sites: readonly Site[], eventId: string): Map<string, string> {
  const zonesOf = new Map<string, string[]>();
  for (const site of sites) {
    const zones = zonesOf.get(site.accountId) ?? [];
    if (!zones.includes(site.zoneId)) zones.push(site.zoneId);
    zonesOf.set(site.accountId, zones);
  }
  const position = new Map<string, number>();
  for (const zones of zonesOf.values()) {
    for (const [index, zone] of zones.entries()) position.set(zone, index);
  }
  return new Map(
    sites.map((site) => {
      const part = Math.floor((position.get(site.zoneId) ?? 0) / ZONES_PER_SCRIPT) + 1;
      return [site.domain, scriptName(eventId, part)];
    }),
  );
}

/** The uploads that a plan needs, each with the Workers that it displaces. Sorted by account and script. */
export function planScripts(
  sites: readonly SitePlan[],
  observation: Observation,
  claims: readonly Claim[],
): ScriptPlan[] {
  const groups = new Map<string, SitePlan[]>();
  for (const site of sites) {
    const script = site.changes[0]?.script;
    if (script === undefined) continue;
    const key = `${site.accountId} ${script}`;
    groups.set(key, [...(groups.get(key) ?? []), site]);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, members]) => planScript(members, observation, claims));
}

function planScript(
  members: readonly SitePlan[],
  observation: Observation,
  claims: readonly Claim[],
): ScriptPlan {
  const accountId = members[0]?.accountId ?? '';
  const script = members[0]?.changes[0]?.script ?? '';
  const known = observation.accounts.get(accountId)?.scripts ?? null;
  const served = members.flatMap((site) => servedBefore(site, observation, claims));
  // A route may outlive its script; binding to one that is gone would make Cloudflare refuse the upload.
  const upstream = served.map(({ pattern, script: ran }) => ({
    pattern,
    script: ran === null || known === null || known.includes(ran) ? ran : null,
  }));
  return {
    accountId,
    script,
    domains: members.map((site) => site.domain),
    upstream: uniqueByPattern(upstream),
  };
}

/** The routes that served a site before any page of ours: what a bypassed request must find again. */
function servedBefore(site: SitePlan, observation: Observation, claims: readonly Claim[]): Route[] {
  const routes = observation.zones.get(site.zoneId)?.routes ?? [];
  const original = routes.flatMap((route) => {
    if (eventOfScript(route.script) === null) return [route];
    const claim = claims.find(
      (candidate) => candidate.zoneId === site.zoneId && samePattern(candidate.pattern, route.pattern),
    );
    return claim?.before ? [claim.before] : [];
  });
  return withinZone(original, site.zoneName).filter((route) => touches(route.pattern, site.patterns));
}

// One script serves many zones, but routes for every hostname of one, `*/*` and `*example.com/*`, would match those
// of another (`myexample.com`) too. Each becomes two that do not: for the apex and for the names below it. Where a
// route of higher rank answers all of its URLs there, it never answered any.
function withinZone(routes: readonly Route[], zoneName: string): Route[] {
  const kept: { readonly parsed: RoutePattern; readonly route: Route }[] = [];
  const ranked = [...routes].sort((a, b) => compareSpecificity(a.pattern, b.pattern));
  for (const route of ranked) {
    for (const pattern of patternsWithin(route.pattern, zoneName)) {
      const parsed = parsePattern(pattern);
      if (!kept.some((higher) => answersAllOf(higher.parsed, parsed))) {
        kept.push({ parsed, route: { ...route, pattern } });
      }
    }
  }
  return kept.map(({ route }) => route);
}

function patternsWithin(pattern: string, zoneName: string): string[] {
  const { host, wildcardHost } = parsePattern(pattern);
  if (!wildcardHost || (host !== '' && host !== zoneName)) return [pattern];
  const rest = patternKey(pattern).replace(`*${host}`, '@');
  return [zoneName, `*.${zoneName}`].map((name) => rest.replace('@', name));
}

/** Whether all URLs of a route are also those of another on the same host. */
function answersAllOf(higher: RoutePattern, lower: RoutePattern): boolean {
  return (
    higher.host === lower.host &&
    higher.wildcardHost === lower.wildcardHost &&
    (higher.scheme === null || higher.scheme === lower.scheme) &&
    (higher.wildcardPath
      ? lower.path.startsWith(higher.path)
      : !lower.wildcardPath && lower.path === higher.path)
  );
}

function uniqueByPattern<T extends { readonly pattern: string }>(entries: readonly T[]): T[] {
  return [...new Map(entries.map((entry) => [entry.pattern, entry])).values()].sort((a, b) =>
    a.pattern < b.pattern ? -1 : 1,
  );
}
