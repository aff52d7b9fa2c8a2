/** Looks and plans for `disable`, without changing anything at Cloudflare. */
import type { ScriptSummary } from '../cloudflare/api.js';
import type { ErrorReport } from '../model/errors.js';
import type { EventSite } from '../model/event.js';
import type { DisablePlan, SitePlan } from '../model/plan.js';
import type { Route } from '../model/route.js';
import { coveringPatterns, type Site } from '../model/site.js';
import { type Claim, claimsOf } from './claims.js';
import { samePattern } from './coverage.js';
import type { Engine } from './engine.js';
import { letRequestsLand } from './landing.js';
import { learnEvents } from './learn-events.js';
import type { Observation } from './observation.js';
import { listScripts, observe, refuseWithoutToken } from './observe.js';
import { type ConflictRule, type Holding, planDisable } from './plan-disable.js';

export type ScriptLists = ReadonlyMap<string, readonly ScriptSummary[] | null>;

export interface DisableLook {
  readonly plan: DisablePlan;
  readonly observation: Observation;
  /** The script lists as they were: routes of our scripts that a bulk change must not lose. */
  readonly scripts: ScriptLists;
}

export interface DisableLookOptions {
  readonly rule: ConflictRule;
  readonly concurrency: number;
  readonly run: { readonly runId: string; readonly actor: string };
}

/** Reads what is up, what was before, and plans to put it back. */
export async function lookForDisable(
  engine: Engine,
  sites: readonly Site[],
  options: DisableLookOptions,
): Promise<DisableLook> {
  await letRequestsLand(engine, sites);
  const scripts = await readScriptLists(engine, sites);
  const { warnings, unclear } = await learnEvents(engine, sites, scripts, options.run, options.concurrency);
  if (unclear.size === sites.length) refuseWithoutToken([...unclear.values()]);
  const holdings = holdingsOf(engine, sites);
  const observation = await observeHoldings(engine, holdings, scripts, options.concurrency);
  const plans = sites.flatMap((site) => planSite(site, holdings, observation, options.rule, unclear));
  plans.sort((a, b) => (a.domain < b.domain ? -1 : 1));
  return { plan: { kind: 'disable', sites: plans, warnings }, observation, scripts };
}

async function readScriptLists(engine: Engine, sites: readonly Site[]): Promise<ScriptLists> {
  const lists = new Map<string, readonly ScriptSummary[] | null>();
  for (const { accountId } of sites) {
    if (!lists.has(accountId)) lists.set(accountId, await listScripts(engine, accountId));
  }
  return lists;
}

function holdingsOf(engine: Engine, sites: readonly Site[]): Holding[] {
  const open = engine.store.events.openSites(sites.map((site) => site.domain));
  const claims = new Map<string, Claim[]>();
  for (const { eventId } of open) {
    if (!claims.has(eventId)) claims.set(eventId, claimsOf(engine.store.operations.ofEvent(eventId)));
  }
  return open.map((site) => holdingOf(site, claims.get(site.eventId) ?? []));
}

function holdingOf(site: EventSite, claims: readonly Claim[]): Holding {
  const { domain, accountId, zoneId, zoneName, patterns, eventId } = site;
  const own = claims.filter((claim) => claim.domain === domain);
  return { domain, accountId, zoneId, zoneName, patterns, eventId, claims: own };
}

async function observeHoldings(
  engine: Engine,
  holdings: readonly Holding[],
  scripts: ScriptLists,
  concurrency: number,
): Promise<Observation> {
  const claims = holdings.flatMap((holding) => holding.claims);
  return observe(engine, holdings, {
    concurrency,
    scripts,
    readAnyway: () => 0,
    // A created route that the script list shows as ours is as expected; anything else wants a closer look, a
    // route that was taken over above all: the list does not show whether somebody changed its other fields.
    needsZone: (zone, routes) =>
      claims.some(
        (claim) =>
          claim.zoneId === zone.zoneId &&
          (claim.before !== null || !routes.some((route) => isHeld(claim, route))),
      ),
    needsScripts: () => false,
  });
}

function isHeld(claim: Claim, route: Route): boolean {
  return samePattern(claim.pattern, route.pattern) && route.script === claim.script;
}

function planSite(
  site: Site,
  holdings: readonly Holding[],
  observation: Observation,
  rule: ConflictRule,
  unclear: ReadonlyMap<string, ErrorReport>,
): SitePlan[] {
  const own = holdings.filter((holding) => holding.domain === site.domain);
  if (own.length === 0) return [nothingToDo(site, unclear.get(site.domain) ?? null)];
  return own.map((holding) => {
    const zone = observation.zones.get(holding.zoneId);
    const others = new Set(own.map(({ eventId }) => eventId).filter((id) => id !== holding.eventId));
    if (zone !== undefined && zone.error === null) return planDisable(holding, zone.routes, rule, others);
    const note = zone?.error?.message ?? 'The zone could not be read.';
    const { claims: _claims, ...frame } = holding;
    const error = zone?.error ?? null;
    return { ...frame, outcome: 'failed', changes: [], dodged: [], conflicts: [], note, error };
  });
}

/** A site without an event of ours: nothing to do, unless it could not be seen whether that is so. */
function nothingToDo(site: Site, unclear: ErrorReport | null): SitePlan {
  const { domain, accountId, zoneId, zoneName } = site;
  return {
    domain,
    accountId,
    zoneId,
    zoneName,
    patterns: coveringPatterns(site),
    outcome: unclear === null ? 'unchanged' : 'failed',
    eventId: null,
    changes: [],
    dodged: [],
    conflicts: [],
    note: unclear?.message ?? 'Not in maintenance.',
    error: unclear,
  };
}

/** The routes of a script of ours as they were seen; null where the list did not tell. */
export function seenRoutes(lists: ScriptLists, accountId: string, script: string): readonly Route[] | null {
  const routes = lists.get(accountId)?.find((summary) => summary.name === script)?.routes ?? null;
  return routes === null || routes.length === 0 ? null : routes;
}
